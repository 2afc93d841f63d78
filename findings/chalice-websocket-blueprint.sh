#!/usr/bin/env bash
# chalice 1.34.0: a WebSocket handler in a Blueprint cannot be called as Lambda calls it; other event handlers in the same Blueprint can.
# `on_sqs_message` of a Blueprint leaves a wrapper that takes (event, context) under the function's name. `on_ws_connect` leaves the plain
# function there, so the deployed handler fails with a TypeError at the first connection; nothing says so before.
set -eu
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q --disable-pip-version-check chalice==1.34.0 setuptools==80.9.0
cd "$place"
cat > app.py <<'PY'
from chalice import Blueprint, Chalice

lines = Blueprint("app")


@lines.on_sqs_message(queue="work")
def work(event):
    return "called"


@lines.on_ws_connect()
def connect(event):
    return {"statusCode": 200}


app = Chalice(app_name="probe")
app.experimental_feature_flags.update(["WEBSOCKETS", "BLUEPRINTS"])
app.register_blueprint(lines)
PY
seen=$("$place/env/bin/python" - <<'PY'
import app

socket = {"requestContext": {"domainName": "x.example", "stage": "ws", "connectionId": "c", "apiId": "a"}}
for handler, event in ((app.work, {"Records": []}), (app.connect, socket)):
    try:
        print(handler(event, None), end="; ")
    except TypeError as error:
        print(f"TypeError: {error}", end="; ")
PY
)
echo "chalice 1.34.0, as Lambda calls them: $seen"
[ "$seen" = "called; TypeError: connect() takes 1 positional argument but 2 were given; " ]
