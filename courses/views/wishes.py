"""Doors for wishes, opinions and notices of the person at the screen."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.acting import acting_of
from accounts.models import User
from courses.errors import WishRefused
from courses.models import Course
from courses.operations.wishes import mark_notice_seen, rate_course, record_wish, withdraw_wish
from courses.queries.catalogue import find_course
from courses.queries.wishes import find_banner, wish_page


@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest) -> HttpResponse:
    """想学什么: a category, a banner and a few words. Whoever isn't signed in is told how to; what was typed stays."""
    person = request.user if isinstance(request.user, User) else None
    refusal, status = "", 200
    if request.method == "POST":
        if person is None:
            refusal, status = "请先登录再告诉我们，登录后回到这一页。", 403
        else:
            acting = acting_of(request)
            try:
                record_wish(
                    person=acting.person,
                    category=request.POST.get("category", ""),
                    region=find_banner(request.POST.get("region", "")),
                    words=request.POST.get("words", ""),
                    acted_by=acting.acted_by,
                )
            except WishRefused as error:
                refusal, status = error.sentence, 400
            else:
                return HttpResponseRedirect(reverse("catalogue:wish") + "?saved=1")
    context = {
        **wish_page(person),
        "refusal": refusal,
        "saved": request.GET.get("saved") == "1",
        "typed": {name: request.POST.get(name, "") for name in ("category", "region", "words")},
    }
    return render(request, "courses/catalogue/wish.html", context, status=status)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        withdraw_wish(person=acting_of(request).person, wish_id=pk)
    except WishRefused as error:
        return _sentence(request, error, status=404)
    return HttpResponseRedirect(reverse("catalogue:wish"))


@require_POST
@login_required
def rate(request: HttpRequest, slug: str) -> HttpResponse:
    """One of three faces for a finished course."""
    try:
        course = find_course(slug=slug)
    except Course.DoesNotExist as error:
        raise Http404 from error
    acting = acting_of(request)
    try:
        rate_course(
            person=acting.person,
            course=course,
            face=request.POST.get("face", ""),
            words=request.POST.get("words", ""),
            acted_by=acting.acted_by,
        )
    except WishRefused as error:
        return _sentence(request, error, status=400)
    return HttpResponseRedirect(reverse("accounts:me"))


@require_POST
@login_required
def notice_seen(request: HttpRequest, pk: int) -> HttpResponse:
    mark_notice_seen(person=acting_of(request).person, notice_id=pk)
    return HttpResponseRedirect(reverse("accounts:me"))


def _sentence(request: HttpRequest, error: WishRefused, *, status: int) -> HttpResponse:
    context = {"title": "没有保存", "words": error.sentence}
    return render(request, "courses/catalogue/sentence.html", context, status=status)
