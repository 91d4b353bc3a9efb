"""课表 on paper: A4, large type, as a PDF. Nothing is fetched from anywhere."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from accounts.access import member_name
from accounts.models import User
from core import clock
from courses.queries.timetable import PrintedSpan, days_between

STYLES = Path(settings.BASE_DIR) / "static" / "css" / "print" / "timetable.css"


def timetable_pdf(person: User, span: PrintedSpan) -> bytes:
    """The person's sessions of the span, day by day."""
    # Loads pango: a second that only printing needs to wait for.
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    context = {
        "name": member_name(person),
        "span": span,
        "days": days_between(person, span.first, span.last),
        "printed_on": clock.today(),
        "service_phone": settings.SERVICE_PHONE,
    }
    page = render_to_string("courses/print/timetable.html", context)
    # What somebody typed as the name of a room must not make this machine ask anybody anything.
    fetcher = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    made = HTML(string=page, url_fetcher=fetcher).write_pdf(stylesheets=[CSS(filename=str(STYLES))])
    assert made is not None
    return made
