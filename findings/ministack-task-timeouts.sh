#!/usr/bin/env bash
# ministack 1.5.33 (a local AWS): a Step Functions task that waits for its token times out by a literal `TimeoutSeconds` alone. It waits on with
# `TimeoutSecondsPath`, whose seconds come from the input, and with `HeartbeatSeconds`. AWS fails both with States.Timeout, which a Catch takes.
set -eu
place=$(mktemp -d); cloud=""; trap 'if [ -n "$cloud" ]; then kill "$cloud" 2> /dev/null || true; wait "$cloud" 2> /dev/null || true; fi; rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q --disable-pip-version-check ministack==1.5.33 boto3==1.43.106
mkdir "$place/tmp"
cd "$place"
port=$("$place/env/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
env TMPDIR="$place/tmp" BIND_HOST=127.0.0.1 GATEWAY_PORT="$port" SFTP_ENABLED=0 IOT_MTLS_ENABLED=0 "$place/env/bin/ministack" > "$place/log" 2>&1 &
cloud=$!
cat > probe.py <<'PY'
import json
import sys
import time
import urllib.request

import boto3

address = f"http://127.0.0.1:{sys.argv[1]}"
for _ in range(300):
    try:
        urllib.request.urlopen(f"{address}/_ministack/health", timeout=5).close()
        break
    except OSError:
        time.sleep(0.2)

queue = boto3.client("sqs", endpoint_url=address).create_queue(QueueName="tokens")["QueueUrl"]
machines = boto3.client("stepfunctions", endpoint_url=address)


def after_8_s(name, **limit):
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
        "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Over"}],
        "Next": "Over",
        **limit,
    }
    definition = json.dumps({"StartAt": "Wait", "States": {"Wait": task, "Over": {"Type": "Succeed"}}})
    role = "arn:aws:iam::000000000000:role/r"
    machine = machines.create_state_machine(name=name, definition=definition, roleArn=role)["stateMachineArn"]
    run = machines.start_execution(stateMachineArn=machine, name="one", input=json.dumps({"due_s": 2}))["executionArn"]
    end = time.monotonic() + 8
    status = "RUNNING"
    while status == "RUNNING" and time.monotonic() < end:
        time.sleep(0.2)
        status = machines.describe_execution(executionArn=run)["status"]
    return status


seen = {
    "TimeoutSeconds": after_8_s("literal", TimeoutSeconds=2),
    "TimeoutSecondsPath": after_8_s("path", TimeoutSecondsPath="$.due_s"),
    "HeartbeatSeconds": after_8_s("heartbeat", HeartbeatSeconds=2),
}
print(seen)
assert seen == {"TimeoutSeconds": "SUCCEEDED", "TimeoutSecondsPath": "RUNNING", "HeartbeatSeconds": "RUNNING"}, "it has changed"
PY
"$place/env/bin/python" probe.py "$port"
