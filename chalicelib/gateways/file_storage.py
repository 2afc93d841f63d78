"""Files in S3, which browsers send and fetch themselves by links that are signed here (docs/adr/0010).

Size, type, checksum and `If-None-Match: *` are among the signed headers. So the storage refuses whatever is not the file that was
described, and a second file in its place. botocore's signer is what `aws` loads anyway: a link costs no client."""

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from chalicelib.domain.attachments import File
from chalicelib.domain.errors import NotFound, Unavailable
from chalicelib.gateways.aws import AwsClient
from chalicelib.outages import translate_errors
from chalicelib.services.ports import UploadLink

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from chalicelib.domain.goods_uploads import Part

UNUSED = "unused={}"
"""The tag of a file that nothing refers to yet, with the days after which the bucket's lifecycle expires what has it."""
PARTS = "SHA256"
"""What the storage makes of each part, and of them all."""
DOWNLOADED_AS = "application/octet-stream"
"""Whatever it is, no browser shows it in place (D26)."""
_IN_A_FALLBACK = frozenset("!#$&+-.^_`|~ ,;=()[]{}@'") | frozenset(map(chr, range(0x30, 0x3A)))
_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
_IN_AN_EXTENDED = "!#$&+-.^_`|~"
"""What RFC 8187 leaves as it is, beside letters and digits."""


class S3FileStorage:
    """See services.ports.FileStorage. `bucket` asks the bucket itself; `public_url` is where browsers reach it, which is signed for. What
    lies on `site` is linked to without it: a page may know the site by another name."""

    def __init__(self, bucket: AwsClient, public_url: str, site: str, region: str, credentials: Credentials) -> None:
        self._bucket, self._public_url, self._site = bucket, public_url, site
        self._region, self._credentials = region, credentials

    def upload_link(self, place: str, file: File, life_s: int, *, unused_days: int) -> UploadLink:
        """Content-Length is signed too; whoever sends the file sets it by itself."""
        headers = {
            "Content-Type": file.media_type,
            "If-None-Match": "*",
            "X-Amz-Checksum-Sha256": _checksum(file.sha256),
            "X-Amz-Tagging": UNUSED.format(unused_days),
        }
        return self._upload(_path(place), headers, file.size_bytes, life_s)

    @translate_errors()
    def begin_parts(self, place: str, file: File, *, unused_days: int) -> str:
        """CreateMultipartUpload: type and tag are said here, once."""
        headers = {
            "Content-Type": file.media_type,
            "X-Amz-Checksum-Algorithm": PARTS,
            "X-Amz-Tagging": UNUSED.format(unused_days),
        }
        _, said = self._bucket.exchange("CreateMultipartUpload", "POST", f"{_path(place)}?uploads", headers)
        return _leaves(_document(said))["UploadId"]

    def part_link(
        self, place: str, multipart: str, number: int, size_bytes: int, sha256: str, life_s: int
    ) -> UploadLink:
        """Signed as the link of a whole file is, but for `If-None-Match`, which parts do not know."""
        path = f"{_parts(place, multipart)}&partNumber={number}"
        return self._upload(path, {"X-Amz-Checksum-Sha256": _checksum(sha256)}, size_bytes, life_s)

    @translate_errors()
    def parts(self, place: str, multipart: str) -> "tuple[Part, ...] | None":
        """ListParts, in one page: it has room for ten times as many as we allow."""
        from chalicelib.domain.goods_uploads import Part

        try:
            _, said = self._bucket.exchange("ListParts", "GET", _parts(place, multipart), {})
        except ClientError as refused:
            if _status(refused) == 404:
                return None
            raise
        found = map(_leaves, _document(said).iterfind("{*}Part"))
        return tuple(
            Part(int(it["PartNumber"]), int(it["Size"]), _hex(it.get("ChecksumSHA256", "")), it["ETag"]) for it in found
        )

    @translate_errors()
    def join(self, place: str, multipart: str, parts: "Sequence[Part]") -> None:
        """CompleteMultipartUpload. An answer of 200 may be a refusal, too: the storage answers before it is done."""
        from xml.sax.saxutils import escape

        listed = "".join(
            f"<Part><PartNumber>{part.number}</PartNumber><ETag>{escape(part.tag)}</ETag>"
            f"<ChecksumSHA256>{_checksum(part.sha256)}</ChecksumSHA256></Part>"
            for part in parts
        )
        body = f'<CompleteMultipartUpload xmlns="{_NAMESPACE}">{listed}</CompleteMultipartUpload>'.encode()
        try:
            _, said = self._bucket.exchange("CompleteMultipartUpload", "POST", _parts(place, multipart), {}, body)
        except ClientError as refused:
            # It is joined already, or gone; or a part was sent again meanwhile.
            if _status(refused) in (400, 404):
                return
            raise
        if _document(said).tag.endswith("Error"):
            raise Unavailable

    @translate_errors()
    def forget_parts(self, place: str, multipart: str) -> None:
        """AbortMultipartUpload."""
        try:
            self._bucket.exchange("AbortMultipartUpload", "DELETE", _parts(place, multipart), {})
        except ClientError as refused:
            if _status(refused) != 404:
                raise

    @translate_errors()
    def has(self, place: str, file: File) -> bool:
        """By what the storage itself says of it."""
        try:
            found, _ = self._bucket.exchange("HeadObject", "HEAD", _path(place), {"X-Amz-Checksum-Mode": "ENABLED"})
        except ClientError as refused:
            if _status(refused) == 404:
                return False
            raise
        said = tuple(found[name] for name in ("Content-Length", "Content-Type", "X-Amz-Checksum-Sha256"))
        return said == (str(file.size_bytes), file.media_type, _checksum(file.sha256))

    @translate_errors()
    def keep(self, place: str) -> None:
        """Takes the tag off."""
        self._bucket.exchange("DeleteObjectTagging", "DELETE", f"{_path(place)}?tagging", {})

    @translate_errors()
    def drop(self, place: str) -> None:
        """The bucket keeps no versions."""
        self._bucket.exchange("DeleteObject", "DELETE", _path(place), {})

    @translate_errors()
    def read(self, place: str, first: int, size_bytes: int) -> bytes:
        """GetObject of a range."""
        asked = {"Range": f"bytes={first}-{first + size_bytes - 1}"}
        try:
            _, said = self._bucket.exchange("GetObject", "GET", _path(place), asked)
        except ClientError as refused:
            if _status(refused) == 404:
                raise NotFound(what="file") from refused
            raise
        return said

    def download_link(self, place: str, name: str, life_s: int) -> str:
        """The storage answers with the headers that the link asks for."""
        asked = {"response-content-disposition": disposition(name), "response-content-type": DOWNLOADED_AS}
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
        return self._link("GET", f"{_path(place)}?{query}", {}, life_s)

    def _upload(self, path: str, headers: dict[str, str], size_bytes: int, life_s: int) -> UploadLink:
        signed = {**headers, "Content-Length": str(size_bytes)}
        return UploadLink(self._link("PUT", path, signed, life_s), headers)

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


def _parts(place: str, multipart: str) -> str:
    return f"{_path(place)}?uploadId={quote(multipart, safe='-._~')}"


def _checksum(sha256: str) -> str:
    """As the storage writes it: of parts, their number stands behind it."""
    digest, hyphen, parts = sha256.partition("-")
    return base64.b64encode(bytes.fromhex(digest)).decode() + hyphen + parts


def _hex(checksum: str) -> str:
    return base64.b64decode(checksum).hex()


def _status(refused: ClientError) -> int:
    return refused.response["ResponseMetadata"]["HTTPStatusCode"]


def _document(said: bytes) -> "Element":
    from xml.etree.ElementTree import fromstring  # of the storage's own, which is to be trusted

    return fromstring(said)  # noqa: S314


def _leaves(element: "Element") -> dict[str, str]:
    """The texts of an element's children, by their names without the namespace."""
    return {child.tag.rpartition("}")[2]: child.text or "" for child in element}
