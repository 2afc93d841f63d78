#!/usr/bin/env bash
# ministack 1.5.33 (a local AWS): a bucket made by CloudFormation has no lifecycle, though its stack says one and is CREATE_COMPLETE. The same
# rule set by `put_bucket_lifecycle_configuration` is kept. Whoever tests that a deployment's rule is there finds that it is not.
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

stacks, buckets = (boto3.client(name, endpoint_url=address) for name in ("cloudformation", "s3"))
rule = {"Id": "drafts", "Status": "Enabled", "Prefix": "drafts/", "ExpirationInDays": 1}
bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "kept", "LifecycleConfiguration": {"Rules": [rule]}}}
stacks.create_stack(StackName="one", TemplateBody=json.dumps({"Resources": {"Bucket": bucket}}))
status = "CREATE_IN_PROGRESS"
while status.endswith("IN_PROGRESS"):
    time.sleep(0.2)
    status = stacks.describe_stacks(StackName="one")["Stacks"][0]["StackStatus"]


def rules():
    try:
        return len(buckets.get_bucket_lifecycle_configuration(Bucket="kept")["Rules"])
    except buckets.exceptions.ClientError as refused:
        return refused.response["Error"]["Code"]


by_stack = rules()
same = {"ID": "drafts", "Status": "Enabled", "Filter": {"Prefix": "drafts/"}, "Expiration": {"Days": 1}}
buckets.put_bucket_lifecycle_configuration(Bucket="kept", LifecycleConfiguration={"Rules": [same]})
seen = (status, by_stack, rules())
print(seen)
assert seen == ("CREATE_COMPLETE", "NoSuchLifecycleConfiguration", 1), "it has changed"
PY
"$place/env/bin/python" probe.py "$port"
