#!/usr/bin/env bash
# pytest-xdist 3.8.0 with pytest 9.2.0: `--dist loadgroup` no longer keeps the tests of an xdist_group on one worker, and nothing says so.
# xdist writes the group's name into the test's node id, by a private attribute; with pytest 9.1.1 the same twelve tests stay together.
# xdist 3.8.0 asks for any pytest from 7 on, so one would guess either a refusal or groups that hold: tests that share a server run side by side instead.
set -eu
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
cat > "$place/test_group.py" <<'PY'
import os
import time

import pytest


@pytest.mark.parametrize("number", range(12))
@pytest.mark.xdist_group("one")
def test_in_one_group(number):
    time.sleep(0.2)
    with open(os.environ["SEEN"], "a") as seen:
        print(os.environ["PYTEST_XDIST_WORKER"], file=seen)
PY
workers() {
    "$place/env/bin/pip" install -q --disable-pip-version-check pytest-xdist==3.8.0 "pytest==$1"
    SEEN="$place/$1" "$place/env/bin/python" -m pytest -q -p no:cacheprovider --rootdir "$place" -n 3 --dist loadgroup "$place/test_group.py" \
        > "$place/log" || cat "$place/log" >&2
    sort -u "$place/$1" | wc -l | tr -d " "
}
before=$(workers 9.1.1)
now=$(workers 9.2.0)
echo "pytest-xdist 3.8.0, workers that ran one group: $before with pytest 9.1.1, $now with pytest 9.2.0"
[ "$before" = 1 ]
[ "$now" -gt 1 ]
