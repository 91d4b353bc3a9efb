"""Member cards on paper: ISO 7810 ID-1, 85.6 × 54 mm, alone or ten to an A4 sheet with lines to cut along."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from weasyprint import Document

A_SHEET = 10
STYLES = Path(settings.BASE_DIR) / "static" / "css" / "print"


class Layout(StrEnum):
    """`SHEET`: A4, to be cut; `CARD`: one card a page, for a card printer."""

    SHEET = "sheet"
    CARD = "card"


@dataclass(frozen=True)
class CardFace:
    """What is printed on one card."""

    name: str
    number: str
    code: str

    @property
    def qr(self) -> str:
        """The code as a data address of an SVG; error correction Q, since cards get scratched."""
        drawn = io.BytesIO()
        segno.make_qr(self.code, error="q").save(drawn, kind="svg", border=2, scale=4, omitsize=True)
        return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode("ascii")


def cards_pdf(faces: Sequence[CardFace], layout: Layout) -> bytes:
    """A PDF with these cards. Nothing is fetched from anywhere."""
    made = lay_out(faces, layout).write_pdf()
    assert made is not None
    return made


def lay_out(faces: Sequence[CardFace], layout: Layout) -> Document:
    """The pages of the PDF."""
    # Loads pango: a second that only printing needs to wait for.
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    size = A_SHEET if layout == Layout.SHEET else 1
    pages = [faces[start : start + size] for start in range(0, len(faces), size)]
    html = render_to_string(
        "accounts/print/cards.html", {"pages": pages, "layout": layout.value, "service_phone": settings.SERVICE_PHONE}
    )
    # A name typed by a clerk must not make this machine ask anybody anything: only the QR codes, in the page itself.
    fetcher = URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)
    styles = [CSS(filename=str(STYLES / name)) for name in ("cards.css", f"cards_{layout.value}.css")]
    return HTML(string=html, url_fetcher=fetcher).render(stylesheets=styles)
