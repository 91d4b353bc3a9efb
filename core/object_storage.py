"""MEDIA_STORAGE_URL: which bucket holds what many machines share. Read by the settings, used by the stores."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

EXAMPLE = "s3://KEY:SECRET@storage.example.cn/bucket/prefix?region=us-east-1&tls=1"


@dataclass(frozen=True)
class ObjectStorage:
    """A bucket by the S3 protocol. `prefix` is empty or ends in a slash; keys may be empty: boto3 looks elsewhere."""

    endpoint: str
    bucket: str
    prefix: str
    key: str
    secret: str
    region: str

    def __repr__(self) -> str:
        """Never the secret: settings end up in error pages."""
        return f"<ObjectStorage {self.endpoint}/{self.bucket}/{self.prefix}>"

    def picture_storage(self) -> dict[str, object]:
        """The entry of Django's STORAGES that puts editors' pictures and documents into this bucket."""
        return {
            "BACKEND": "core.files.BucketFileStorage",
            "OPTIONS": {
                "endpoint_url": self.endpoint,
                "bucket_name": self.bucket,
                "location": f"{self.prefix}images",
                "access_key": self.key or None,
                "secret_key": self.secret or None,
                "region_name": self.region,
                "addressing_style": "path",
                "signature_version": "s3v4",
                "file_overwrite": False,
            },
        }


def read_storage_url(url: str) -> ObjectStorage | None:
    """The bucket that `url` names; None for an empty one.

    `s3://key:secret@host[:port]/bucket[/prefix]`, with `region` (us-east-1) and `tls` (1) as query. Characters
    that mean something in an address are percent-encoded in key and secret. Raises ImproperlyConfigured.
    """
    if not url:
        return None
    parts = urlsplit(url)
    path = parts.path.strip("/")
    if parts.scheme != "s3" or not parts.hostname or not path:
        raise ImproperlyConfigured(f"MEDIA_STORAGE_URL 写得不对，应像这样：{EXAMPLE}")
    asked = parse_qs(parts.query)
    if unknown := set(asked) - {"region", "tls"}:
        raise ImproperlyConfigured(f"MEDIA_STORAGE_URL 里有不认识的参数：{'、'.join(sorted(unknown))}")
    bucket, _, prefix = path.partition("/")
    host = parts.netloc.rpartition("@")[2]
    scheme = "https" if asked.get("tls", ["1"])[0] == "1" else "http"
    return ObjectStorage(
        endpoint=f"{scheme}://{host}",
        bucket=bucket,
        prefix=f"{prefix}/" if prefix else "",
        key=unquote(parts.username or ""),
        secret=unquote(parts.password or ""),
        region=asked.get("region", ["us-east-1"])[0],
    )
