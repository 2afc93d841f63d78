#!/usr/bin/env bash
# ministack 1.5.33 (a local AWS): a file that was sent to S3 in parts has none of the tags that CreateMultipartUpload was given. One that was sent whole
# has them. In AWS both have them, so that a lifecycle rule by tag expires both.
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

s3 = boto3.client("s3", endpoint_url=address)
s3.create_bucket(Bucket="files")
s3.put_object(Bucket="files", Key="whole", Body=b"all of it", Tagging="unused=7")
upload = s3.create_multipart_upload(Bucket="files", Key="parts", Tagging="unused=7")["UploadId"]
part = s3.upload_part(Bucket="files", Key="parts", UploadId=upload, PartNumber=1, Body=b"all of it")
listed = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
s3.complete_multipart_upload(Bucket="files", Key="parts", UploadId=upload, MultipartUpload=listed)
seen = {key: s3.get_object_tagging(Bucket="files", Key=key)["TagSet"] for key in ("whole", "parts")}
print(seen)
assert seen == {"whole": [{"Key": "unused", "Value": "7"}], "parts": []}, "this is no longer so"
PY
"$place/env/bin/python" probe.py "$port"
