"""Has the search index made anew from the twips on sale: `make reindex`, beside `make run`; `make reindex STACK=twip-prod` on AWS.

The index's own writer does it when it comes to this message of its queue; until then the present index answers."""

from infra.local.deployed import ends_with_words, wiring


def main() -> None:
    """`PROFILE` or `STACK` from the environment, as make passes them."""
    with ends_with_words("nothing was asked for"):
        wiring().index.rebuild()
    print("asked for: the index is made anew in the background")


if __name__ == "__main__":
    main()
