#!/usr/bin/env bash
# tantivy 0.27.0: hits of the same score do not come in the order in which they were written, and two indexes of the same documents answer in
# different orders. Between segments it is their names that decide, which are random; within one segment it is the order of writing.
# Whoever pages through hits by an offset repeats some and misses others as soon as another copy of the index answers.
set -eu
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q --disable-pip-version-check tantivy==0.27.0
seen=$("$place/env/bin/python" - <<'PY'
import tantivy


def answered():
    """The numbers of nine equal documents, written three a commit, in the order in which they are found."""
    build = tantivy.SchemaBuilder()
    build.add_text_field("words")
    build.add_unsigned_field("number", stored=True)
    index = tantivy.Index(build.build())
    writer = index.writer(heap_size=15_000_000, num_threads=1)
    for commit in range(3):
        for number in range(3 * commit, 3 * commit + 3):
            writer.add_document(tantivy.Document(words="the same", number=number))
        writer.commit()
    index.reload()
    searcher = index.searcher()
    hits = searcher.search(index.parse_query("same", ["words"]), 9).hits
    assert len({score for score, _ in hits}) == 1
    return tuple(searcher.doc(address)["number"][0] for _, address in hits)


found = {answered() for _ in range(30)}
within = all(list(one[n : n + 3]) == sorted(one[n : n + 3]) for one in found for n in (0, 3, 6))
print(f"orders seen in 30 indexes of the same documents: more than one {len(found) > 1}; each commit's own in order {within}")
PY
)
echo "tantivy 0.27.0: $seen"
[ "$seen" = "orders seen in 30 indexes of the same documents: more than one True; each commit's own in order True" ]
