"""Files in S3, which browsers send and fetch themselves by links that are signed here (docs/adr/0010).

Size, type, checksum and `If-None-Match: *` are among the signed headers. So the storage refuses whatever is not the file that was
described, and a second file in its place. botocore's signer is what `aws` loads anyway: a link costs no client."""

import base64
from urllib.parse import quote

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from chalicelib.domain.attachments import File
from chalicelib.gateways.aws import AwsClient
from chalicelib.outages import translate_errors
from chalicelib.services.ports import UploadLink

UNUSED = "unused=1"
"""The tag of a file that nothing refers to yet: the bucket's lifecycle expires what has it."""
DOWNLOADED_AS = "application/octet-stream"
"""Whatever it is, no browser shows it in place (D26)."""
_IN_A_FALLBACK = frozenset("!#$&+-.^_`|~ ,;=()[]{}@'") | frozenset(map(chr, range(0x30, 0x3A)))
_IN_AN_EXTENDED = "!#$&+-.^_`|~"
"""What RFC 8187 leaves as it is, beside letters and digits."""


class S3FileStorage:
    """See services.ports.FileStorage. `bucket` asks the bucket itself; `public_url` is where browsers reach it, which is signed for. What
    lies on `site` is linked to without it: a page may know the site by another name."""

    def __init__(self, bucket: AwsClient, public_url: str, site: str, region: str, credentials: Credentials) -> None:
        self._bucket, self._public_url, self._site = bucket, public_url, site
        self._region, self._credentials = region, credentials

    def upload_link(self, place: str, file: File, life_s: int) -> UploadLink:
        """Content-Length is signed too; whoever sends the file sets it by itself."""
        headers = {
            "Content-Type": file.media_type,
            "If-None-Match": "*",
            "X-Amz-Checksum-Sha256": _checksum(file),
            "X-Amz-Tagging": UNUSED,
        }
        signed = {**headers, "Content-Length": str(file.size_bytes)}
        return UploadLink(self._link("PUT", _path(place), signed, life_s), headers)

    @translate_errors()
    def has(self, place: str, file: File) -> bool:
        """By what the storage itself says of it."""
        try:
            found, _ = self._bucket.exchange("HeadObject", "HEAD", _path(place), {"X-Amz-Checksum-Mode": "ENABLED"})
        except ClientError as refused:
            if refused.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return False
            raise
        said = tuple(found[name] for name in ("Content-Length", "Content-Type", "X-Amz-Checksum-Sha256"))
        return said == (str(file.size_bytes), file.media_type, _checksum(file))

    @translate_errors()
    def keep(self, place: str) -> None:
        """Takes the tag off."""
        self._bucket.exchange("DeleteObjectTagging", "DELETE", f"{_path(place)}?tagging", {})

    @translate_errors()
    def drop(self, place: str) -> None:
        """The bucket keeps no versions."""
        self._bucket.exchange("DeleteObject", "DELETE", _path(place), {})

    def download_link(self, place: str, name: str, life_s: int) -> str:
        """The storage answers with the headers that the link asks for."""
        asked = {"response-content-disposition": disposition(name), "response-content-type": DOWNLOADED_AS}
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
        return self._link("GET", f"{_path(place)}?{query}", {}, life_s)

    def _link(self, method: str, path: str, headers: dict[str, str], life_s: int) -> str:
        request = AWSRequest(method, f"{self._public_url}{path}", headers)
        keys = self._credentials.get_frozen_credentials()
        S3SigV4QueryAuth(keys, "s3", self._region, life_s).add_auth(request)
        return str(request.url).removeprefix(self._site)


def disposition(name: str) -> str:
    """The one place where `Content-Disposition` is made (RFC 6266): the name as it is, and in ASCII for those who read no other."""
    ascii_name = "".join(c if c.isascii() and (c.isalpha() or c in _IN_A_FALLBACK) else "_" for c in name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe=_IN_AN_EXTENDED)}"


def _path(place: str) -> str:
    return f"/attachments/{place}"


def _checksum(file: File) -> str:
    return base64.b64encode(bytes.fromhex(file.sha256)).decode()
