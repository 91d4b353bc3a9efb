"""Reading aids chosen on an earlier visit: known to the server, so that a page never jumps after loading."""

from __future__ import annotations

from django.http import HttpRequest

SIZES = ("standard", "large", "huge")
CONTRASTS = ("standard", "high")


def reading_aids(request: HttpRequest) -> dict[str, str]:
    """`text_size` and `contrast` from their cookies; anything unknown counts as standard."""
    size = request.COOKIES.get("text_size", "standard")
    contrast = request.COOKIES.get("contrast", "standard")
    return {
        "text_size": size if size in SIZES else "standard",
        "contrast": contrast if contrast in CONTRASTS else "standard",
    }
