"""Doors of the places room: 附近学堂 and the page of one site."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from places.models import AcademySite
from places.queries.directory import directory_page
from places.queries.site_page import find_site, site_page
from places.sections import sections_of


@require_safe
def site_list(request: HttpRequest) -> HttpResponse:
    """Open sites; `?region=`, `?has=` and `?near=` narrow and order them."""
    return render(request, "places/list.html", directory_page(request.GET))


@require_safe
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """One site. A closed one says so and names the nearest open one."""
    try:
        found = find_site(pk)
    except AcademySite.DoesNotExist as error:
        raise Http404 from error
    return render(request, "places/site.html", {**site_page(found), "sections": sections_of(found)})
