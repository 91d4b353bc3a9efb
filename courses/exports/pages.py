"""An edition in print: A4, large type, the digest at the foot of every page."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from courses.models import CatalogueEdition
from courses.queries.editions.manifest import sealed_manifest
from courses.queries.editions.reading import by_category, dropped_of, shown_courses


def printed(edition: CatalogueEdition) -> bytes:
    """The PDF. Loads nothing from anywhere: one style sheet of our own, and the fonts of this machine."""
    # Takes a second to load, and most processes never print.
    from weasyprint import CSS, HTML

    manifest = sealed_manifest(edition)
    shown = shown_courses(manifest)
    html = render_to_string(
        "courses/print/catalogue.html",
        {
            "edition": edition,
            "sha256": edition.manifest_id,
            "categories": by_category(shown),
            "course_count": len(shown),
            "dropped": [dropped_of(item) for item in manifest["carry_over"]],
        },
    )
    document = HTML(string=html, url_fetcher=_nothing)
    sheet = CSS(filename=finders.find("css/catalogue-print.css"))
    data: bytes = document.write_pdf(stylesheets=[sheet], pdf_identifier=bytes.fromhex(edition.manifest_id or "")[:16])
    return data


def _nothing(url: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
    raise ValueError(f"a printed catalogue loads nothing: {url}")
