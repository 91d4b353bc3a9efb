"""Doors to 开班: the list and one offering."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.models import Offering
from courses.queries import offerings


@require_safe
def offering_list(request: HttpRequest) -> HttpResponse:
    """Offerings that haven't ended; `?banner=`, `?category=`, `?weekday=` and `?form=` narrow them."""
    names = ("banner", "category", "weekday", "form", "page")
    context = offerings.list_page(**{name: request.GET.get(name, "") for name in names})
    return render(request, "courses/offerings.html", context)


@require_safe
def offering(request: HttpRequest, pk: int) -> HttpResponse:
    """One offering with its sessions."""
    try:
        found = offerings.find_offering(pk=pk)
    except Offering.DoesNotExist as error:
        raise Http404 from error
    return render(request, "courses/offering.html", offerings.offering_page(offering=found))
