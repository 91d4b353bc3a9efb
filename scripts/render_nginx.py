"""Fills in deploy/nginx.conf.template.

scripts/render_nginx.py SERVER_NAME=xuetang.example.cn LISTEN="443 ssl" > /etc/nginx/sites-enabled/yinling.conf

With MEDIA_STORAGE_URL=s3://… segments come from the bucket; keys in it are not written down, Django signs each address.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.object_storage import read_storage_url  # noqa: E402

TEMPLATE = ROOT / "deploy" / "nginx.conf.template"
PLACE = re.compile(r"\$\{([A-Z_]+)\}")
DEFAULTS = {
    "UPSTREAM": "127.0.0.1:8000",
    "LISTEN": "80",
    "SERVER_NAME": "_",
    "SCHEME": "$scheme",
    "MEDIA_INTERNAL_PREFIX": "/_streams/",
    "YINLING_DATA": "/srv/yinling",
    "MEDIA_STORAGE_URL": "",
}
FROM_DISK = """alias ${YINLING_DATA}/streams/;
        sendfile on;
        tcp_nopush on;"""
FROM_BUCKET = """proxy_pass ${ORIGIN}/${BUCKET}/streams/;
        proxy_http_version 1.1;
        proxy_set_header Host ${HOST};
        proxy_set_header Connection "";
        # Nothing of the viewer's is the bucket's business, and nothing of the bucket's the viewer's.
        proxy_set_header Cookie "";
        proxy_set_header Authorization "";
        proxy_set_header Accept-Encoding "";
        proxy_ssl_server_name on;
        proxy_buffering on;
        proxy_hide_header x-amz-request-id;
        proxy_hide_header x-amz-id-2;"""
FORBIDDEN = re.compile(r"[;{}\n]")


def render(values: dict[str, str]) -> str:
    """The template with `values` over DEFAULTS.

    Raises KeyError for a name the template doesn't have, ValueError for a value that would end a directive.
    """
    for name, value in values.items():
        if name not in DEFAULTS:
            raise KeyError(name)
        if FORBIDDEN.search(value):
            raise ValueError(f"{name}: {value}")
    filled = {**DEFAULTS, **values}
    bucket = read_storage_url(filled["MEDIA_STORAGE_URL"])
    if bucket is not None:
        filled |= {
            "ORIGIN": bucket.endpoint,
            "HOST": bucket.endpoint.partition("://")[2],
            "BUCKET": f"{bucket.bucket}/{bucket.prefix}".rstrip("/"),
        }

    def fill(text: str) -> str:
        return PLACE.sub(lambda place: filled[place.group(1)], text)

    filled["MEDIA_SOURCE"] = fill(FROM_DISK if bucket is None else FROM_BUCKET)
    return fill(TEMPLATE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    print(render(dict(argument.split("=", 1) for argument in sys.argv[1:])), end="")
