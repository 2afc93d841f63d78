#!/usr/bin/env bash
# moto 5.2.5 (its interpreter of Step Functions, `execute_state_machine`): an execution that is stopped while a task waits for its token stays
# RUNNING, and the token is still taken; only then it is ABORTED. On AWS it is ABORTED at once, and its token is refused from then on.
set -eu
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q --disable-pip-version-check 'moto[sqs,stepfunctions]==5.2.5' boto3==1.43.106
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1
cd "$place"
cat > probe.py <<'PY'
import json
import time

import boto3
from moto import mock_aws

with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
    queues, machines = boto3.client("sqs"), boto3.client("stepfunctions")
    queue = queues.create_queue(QueueName="tokens")["QueueUrl"]
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
        "End": True,
    }
    definition = json.dumps({"StartAt": "Wait", "States": {"Wait": task}})
    role = "arn:aws:iam::123456789012:role/machine"
    machine = machines.create_state_machine(name="waits", definition=definition, roleArn=role)["stateMachineArn"]
    execution = machines.start_execution(stateMachineArn=machine)["executionArn"]
    messages = []
    while not messages:
        messages = queues.receive_message(QueueUrl=queue).get("Messages", [])
        time.sleep(0.1)

    def status():
        return machines.describe_execution(executionArn=execution)["status"]

    machines.stop_execution(executionArn=execution)
    time.sleep(2)
    print("two seconds after the stop:", status())
    machines.send_task_success(taskToken=json.loads(messages[0]["Body"])["token"], output="{}")
    print("the token is taken")
    time.sleep(2)
    print("after that:", status())
PY
"$place/env/bin/python" probe.py > seen
cat seen
cat > expected <<'TEXT'
two seconds after the stop: RUNNING
the token is taken
after that: ABORTED
TEXT
diff expected seen
