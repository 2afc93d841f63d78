#!/usr/bin/env bash
# chalice 1.34.0: the `body` of a WebsocketEvent without one is the text "None".
# An event of $connect or $disconnect carries no body. One would guess None or "".
set -eu
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q --disable-pip-version-check chalice==1.34.0 setuptools==80.9.0
seen=$("$place/env/bin/python" - <<'PY'
from chalice.app import WebsocketEvent

context = {"domainName": "x.example", "stage": "ws", "connectionId": "c", "apiId": "a"}
print(repr(WebsocketEvent({"requestContext": context}, None).body))
PY
)
echo "chalice 1.34.0: WebsocketEvent.body without a body: $seen"
[ "$seen" = "'None'" ]
