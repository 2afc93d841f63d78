#!/usr/bin/env bash
# hypothesis 6.170.15: with `derandomize=True` a test plays other examples as soon as another module of the project is imported, though the
# test has nothing to do with it: numbers that stand in that module's source turn up among them. So what is found within a limit of examples
# depends on what else ran in the process. Its documentation says that every run plays the same, until Hypothesis, Python or the test changes.
set -eu
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q --disable-pip-version-check hypothesis==6.170.15
cd "$place"
cat > prices.py <<'PY'
PRICE, FEE = 777_123, 888_321
PY
cat > play.py <<'PY'
import sys

from hypothesis import given, settings, strategies

if sys.argv[1] == "with":
    import prices
seen = []


@settings(derandomize=True, database=None, max_examples=300)
@given(strategies.integers())
def play(number):
    seen.append(number)


play()
print(*seen, sep="\n")
PY
for run in 1 2; do
  for other in with without; do "$place/env/bin/python" play.py "$other" > "$other.$run"; done
done
same() { if cmp -s "$1" "$2"; then echo the same; else echo other ones; fi; }
{
  echo "twice without the module: $(same without.1 without.2)"
  echo "twice with it: $(same with.1 with.2)"
  echo "with it and without it: $(same with.1 without.1)"
  echo "its numbers with it: $(grep -qxE -- '-?(777123|888321)' with.1 && echo played || echo not played)"
  echo "its numbers without it: $(grep -qxE -- '-?(777123|888321)' without.1 && echo played || echo not played)"
} > seen
cat seen
cat > expected <<'TEXT'
twice without the module: the same
twice with it: the same
with it and without it: other ones
its numbers with it: played
its numbers without it: not played
TEXT
diff expected seen
