"""Fills in deploy/nginx.conf.template.

scripts/render_nginx.py SERVER_NAME=xuetang.example.cn LISTEN="443 ssl" > /etc/nginx/sites-enabled/yinling.conf
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parent.parent / "deploy" / "nginx.conf.template"
PLACE = re.compile(r"\$\{([A-Z_]+)\}")
DEFAULTS = {
    "UPSTREAM": "127.0.0.1:8000",
    "LISTEN": "80",
    "SERVER_NAME": "_",
    "SCHEME": "$scheme",
    "MEDIA_INTERNAL_PREFIX": "/_streams/",
    "YINLING_DATA": "/srv/yinling",
}
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
    return PLACE.sub(lambda place: filled[place.group(1)], TEMPLATE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    print(render(dict(argument.split("=", 1) for argument in sys.argv[1:])), end="")
