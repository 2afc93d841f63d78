#!/usr/bin/env bash
# ministack 1.5.33 (a local AWS): three ways in which its WebSocket API is not the one that AWS documents, seen through boto3 and websockets.
# 1. What a function returns for a message is sent to the client though the route has no route response; AWS sends it only if it has one.
# 2. `requestContext.connectedAt` of an event is the time of that event; AWS: the time of the connection, so always the same.
# 3. boto3's `get_connection` is empty, without ConnectedAt, Identity and LastActiveAt: the answer writes them so, AWS and boto3's model `connectedAt`.
set -eu
place=$(mktemp -d); cloud=""; trap 'if [ -n "$cloud" ]; then kill "$cloud" 2> /dev/null || true; wait "$cloud" 2> /dev/null || true; fi; rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q --disable-pip-version-check ministack==1.5.33 boto3==1.43.106 websockets==17.4
mkdir "$place/tmp"
cd "$place"
port=$("$place/env/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
env TMPDIR="$place/tmp" BIND_HOST=127.0.0.1 GATEWAY_PORT="$port" SFTP_ENABLED=0 IOT_MTLS_ENABLED=0 "$place/env/bin/ministack" > "$place/log" 2>&1 &
cloud=$!
cat > probe.py <<'PY'
import asyncio
import io
import json
import sys
import time
import urllib.request
import zipfile

import boto3
from websockets.asyncio.client import connect

HANDLER = """
import json

def handle(event, context):
    at = event["requestContext"]
    return {"statusCode": 200, "body": json.dumps({"id": at["connectionId"], "connectedAt": at["connectedAt"]})}
"""
port = sys.argv[1]
address = f"http://127.0.0.1:{port}"
for _ in range(300):
    try:
        urllib.request.urlopen(f"{address}/_ministack/health", timeout=5).close()
        break
    except OSError:
        time.sleep(0.2)

packed = io.BytesIO()
with zipfile.ZipFile(packed, "w") as archive:
    archive.writestr("app.py", HANDLER)
function = boto3.client("lambda", endpoint_url=address).create_function(
    FunctionName="line", Runtime="python3.12", Role="arn:aws:iam::000000000000:role/r", Handler="app.handle", Code={"ZipFile": packed.getvalue()}
)
gateway = boto3.client("apigatewayv2", endpoint_url=address)
api = gateway.create_api(Name="line", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.type")["ApiId"]
target = gateway.create_integration(
    ApiId=api,
    IntegrationType="AWS_PROXY",
    IntegrationUri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function['FunctionArn']}/invocations",
)["IntegrationId"]
route = gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{target}")["RouteId"]
gateway.create_stage(ApiId=api, StageName="ws", AutoDeploy=True)
assert not gateway.get_route_responses(ApiId=api, RouteId=route)["Items"]


async def main():
    heard = []
    async with connect(f"ws://127.0.0.1:{port}/_aws/execute-api/{api}/ws") as line:
        for _ in range(2):
            await line.send("{}")
            heard.append(json.loads(await asyncio.wait_for(line.recv(), 60)))
            await asyncio.sleep(2)
        connections = boto3.client("apigatewaymanagementapi", endpoint_url=f"{address}/_aws/execute-api/{api}/ws")
        shown = await asyncio.to_thread(connections.get_connection, ConnectionId=heard[0]["id"])
    later = heard[1]["connectedAt"] - heard[0]["connectedAt"] >= 2000
    print(f"answers without a route response {len(heard)}; connectedAt {'moves on' if later else 'stays'}; get_connection {sorted(set(shown) - {'ResponseMetadata'})}")


asyncio.run(main())
PY
seen=$("$place/env/bin/python" probe.py "$port") || { tail -20 "$place/log" >&2; exit 1; }
echo "ministack 1.5.33: $seen"
[ "$seen" = "answers without a route response 2; connectedAt moves on; get_connection []" ]
