#!/usr/bin/env bash
# snowballstemmer 3.1.1: its version does not fix the stems. If any version of PyStemmer stands in the same environment, `stemmer()` takes that one's
# algorithms instead of its own, which is meant as speed-up only: PyStemmer 2.2.0.3 has the algorithms of Snowball 2.2, so "evening" and "even" meet again.
# One would guess that a pinned stemmer gives the same stems tomorrow; another package that brings PyStemmer in makes a stored search index miss words.
set -eu
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q --disable-pip-version-check snowballstemmer==3.1.1
stems() {
    "$place/env/bin/python" -c '
import snowballstemmer
stemmer = snowballstemmer.stemmer("english")
print(*(stemmer.stemWord(word) for word in ("evening", "internal", "organize", "added")))'
}
alone=$(stems)
"$place/env/bin/pip" install -q --disable-pip-version-check PyStemmer==2.2.0.3
joined=$(stems)
echo "snowballstemmer 3.1.1, evening internal organize added: alone: $alone; with PyStemmer 2.2.0.3 beside it: $joined"
[ "$alone" = "evening internal organiz add" ]
[ "$joined" = "even intern organ ad" ]
