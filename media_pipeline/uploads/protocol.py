"""The headers of tus 1.0.0, read into values. Knows nothing of rows or files.

Source: https://tus.io/protocols/resumable-upload (core, creation, checksum, expiration, termination).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from django.http import HttpHeaders

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
CHECKSUMS = {"sha1": 20, "sha256": 32}
CONTENT_TYPE = "application/offset+octet-stream"
MAX_LENGTH = 2**53 - 1
MAX_METADATA_CHARACTERS = 32 * 1024
NUMBER = re.compile(r"\d{1,20}", re.ASCII)
METADATA_KEY = re.compile(r"[^\s,]{1,100}", re.ASCII)


class ProtocolError(Exception):
    """A request that is not answered as hoped: HTTP status and a Chinese sentence for the person behind it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one PATCH must hash to."""

    algorithm: str
    digest: bytes


def check_version(headers: HttpHeaders) -> None:
    """Raises `ProtocolError` 412 unless the client speaks our version."""
    if headers.get("Tus-Resumable") != VERSION:
        raise ProtocolError(412, "上传方式的版本不对，请刷新页面再试。")


def read_length(headers: HttpHeaders) -> int:
    """Bytes announced by `Upload-Length`; 0 is a length here, and refused by whoever asks for the file.

    Raises `ProtocolError` 400.
    """
    value = headers.get("Upload-Length", "")
    if "Upload-Defer-Length" in headers or not NUMBER.fullmatch(value):
        raise ProtocolError(400, "没有说清文件有多大，没有开始上传。")
    return min(int(value), MAX_LENGTH)


def read_offset(headers: HttpHeaders) -> int:
    """Where the client wants to go on, from `Upload-Offset`. Raises `ProtocolError` 400."""
    value = headers.get("Upload-Offset", "")
    if not NUMBER.fullmatch(value):
        raise ProtocolError(400, "没有说清从哪里接着传。")
    return int(value)


def read_size(headers: HttpHeaders) -> int:
    """Bytes in the body of a PATCH. Raises `ProtocolError` 415 for another type, 411 for a body of unknown size."""
    if headers.get("Content-Type", "").partition(";")[0].strip().lower() != CONTENT_TYPE:
        raise ProtocolError(415, "上传的内容类型不对，请刷新页面再试。")
    value = headers.get("Content-Length", "")
    if not NUMBER.fullmatch(value):
        raise ProtocolError(411, "没有说清这一段有多大。")
    return int(value)


def read_checksum(headers: HttpHeaders) -> Checksum | None:
    """From `Upload-Checksum: sha1 BASE64`; None without one. Raises `ProtocolError` 400."""
    value = headers.get("Upload-Checksum")
    if value is None:
        return None
    algorithm, _space, encoded = value.strip().partition(" ")
    digest = _decode(encoded)
    if digest is None or CHECKSUMS.get(algorithm) != len(digest):
        raise ProtocolError(400, "校验值的写法不对。")
    return Checksum(algorithm, digest)


def read_file_name(headers: HttpHeaders) -> str:
    """The `filename` of `Upload-Metadata` as it was sent, whatever is in it; empty without one.

    Bytes that aren't UTF-8 are read as GB18030, and what is neither is shown with replacement marks.
    Raises `ProtocolError` 400 for metadata that breaks the protocol's form.
    """
    value = headers.get("Upload-Metadata", "")
    if len(value) > MAX_METADATA_CHARACTERS:
        raise ProtocolError(400, "文件的说明太长。")
    pairs: dict[str, bytes] = {}
    for pair in value.split(",") if value.strip() else []:
        key, _space, encoded = pair.strip().partition(" ")
        decoded = _decode(encoded)
        if decoded is None or not METADATA_KEY.fullmatch(key) or key in pairs:
            raise ProtocolError(400, "文件的说明写法不对。")
        pairs[key] = decoded
    return _text(pairs.get("filename", b""))


def render_metadata(name: str) -> str:
    """`Upload-Metadata` for a HEAD answer."""
    return f"filename {base64.b64encode(name.encode()).decode('ascii')}"


def _decode(encoded: str) -> bytes | None:
    try:
        return base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None


def _text(data: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", errors="replace")
