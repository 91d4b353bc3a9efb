"""What every public page knows: reading aids chosen on an earlier visit, and whom to ring.

The server knows the aids, so that a page never jumps after loading.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

SIZES = ("standard", "large", "huge")
CONTRASTS = ("standard", "high")


def reading_aids(request: HttpRequest) -> dict[str, str]:
    """`text_size` and `contrast` from their cookies (anything unknown counts as standard), and `service_phone`.

    `next_text_size` and `next_contrast` are what one press of 大字 and 高对比 leads to.
    """
    size = request.COOKIES.get("text_size", "standard")
    contrast = request.COOKIES.get("contrast", "standard")
    size = size if size in SIZES else "standard"
    contrast = contrast if contrast in CONTRASTS else "standard"
    return {
        "text_size": size,
        "contrast": contrast,
        "next_text_size": SIZES[(SIZES.index(size) + 1) % len(SIZES)],
        "next_contrast": CONTRASTS[(CONTRASTS.index(contrast) + 1) % len(CONTRASTS)],
        "service_phone": settings.SERVICE_PHONE,
    }
