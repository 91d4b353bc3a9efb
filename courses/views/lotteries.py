"""Doors of 摇号: the public page of a lottery, and the file anybody may check."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.models import Offering
from courses.queries.enrolments import public_offering
from courses.queries.lotteries import lottery_page, publication_text, standing_lottery


@require_safe
def lottery(request: HttpRequest, pk: int) -> HttpResponse:
    """The seal before the draw, the results after it, and the viewer's own ticket."""
    context = lottery_page(offering=_offering(pk), viewer=request.user)
    return render(request, "courses/lottery.html", context)


@require_safe
def lottery_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The published inputs, and after the draw the seed and the results: JSON, no personal data."""
    found = standing_lottery(_offering(pk))
    if found is None:
        raise Http404
    stage = "drawn" if found.drawn_at else "sealed"
    response = HttpResponse(publication_text(found), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="lottery-{pk}-{stage}.json"'
    return response


def _offering(pk: int) -> Offering:
    try:
        return public_offering(pk)
    except Offering.DoesNotExist as error:
        raise Http404 from error
