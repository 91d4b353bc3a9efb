"""What is printed on a certificate: its code, its digest, and the paper itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

if TYPE_CHECKING:
    from courses.models import Certificate

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No letter or digit that one takes for another."""
GROUPS, GROUP = 4, 4
"""79 bits: nobody finds a certificate by trying."""


def new_code() -> str:
    """A code nobody can guess, in groups for the eye: K7QP-2MZC-XR4T-9VHD."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def tidy_code(typed: str) -> str:
    """The code that somebody meant who typed it by hand: without spaces, in capitals, with its hyphens."""
    letters = [letter for letter in typed.upper() if letter in ALPHABET][: GROUPS * GROUP]
    return "-".join("".join(letters[at : at + GROUP]) for at in range(0, len(letters), GROUP))


def digest_of(certificate: Certificate) -> str:
    """SHA-256 over what is printed, so that a row changed behind our back is found out."""
    printed = {
        "code": certificate.code,
        "name": certificate.name,
        "course": certificate.course_title,
        "lessons": certificate.lesson_count,
        "hours": f"{certificate.hours:.1f}",
        "finished": certificate.finished_on.isoformat(),
        "issued": certificate.issued_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
    }
    text = json.dumps(printed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verification_url(certificate: Certificate) -> str:
    """Where the QR code leads: the site's own public address."""
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + reverse("study:verify", args=[certificate.code])


def paper(certificate: Certificate) -> bytes:
    """The certificate as PDF, A4. Fetches nothing: no address in it is ever followed."""
    # They load fonts and layout libraries, which no other page needs.
    import segno
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    url = verification_url(certificate)
    html = render_to_string(
        "courses/print/certificate.html",
        {"certificate": certificate, "url": url, "qr": segno.make(url, error="m").svg_data_uri(scale=8, border=4)},
    )
    only_inline = URLFetcher(allowed_protocols=["data"], allow_redirects=False)
    style = CSS(filename=str(Path(settings.BASE_DIR) / "static" / "css" / "certificate.css"))
    document = HTML(string=html, url_fetcher=only_inline)
    return bytes(document.write_pdf(stylesheets=[style]))
