"""The desk's sheet for wishes that people tell at a counter, on paper or at a meeting."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from accounts.models import User
from core.errors import Refusal
from courses.enums import Category
from courses.operations.wishes import record_wish_at_desk
from courses.queries.editions.evidence import wished_categories
from courses.queries.editions.gaps import wishing_half_year
from courses.queries.wishes import banners_of_clerk


class WishDeskView(WagtailAdminTemplateMixin, TemplateView):
    """Clerks note wishes of the banners they answer for; the sums so far stand below."""

    right = "courses.add_wish"
    template_name = "courses/admin/catalogue/wishes.html"
    page_title = "登记想学"
    header_icon = "pick"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(self.right):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        return [*self.breadcrumbs_items, {"url": "", "label": "登记想学"}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        half_year = wishing_half_year()
        return super().get_context_data(
            half_year=half_year,
            categories=Category.choices,
            banners=banners_of_clerk(self.request.user),
            wishes=wished_categories(half_year),
            typed=self.request.POST,
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        assert isinstance(request.user, User)
        sent = request.POST
        people = sent.get("people", "")
        region = next((row for row in banners_of_clerk(request.user) if str(row.pk) == sent.get("region")), None)
        try:
            wish = record_wish_at_desk(
                category=sent.get("category", ""),
                region=region,
                people=int(people) if people.isdecimal() and len(people) < 5 else 0,
                words=sent.get("words", ""),
                by=request.user,
            )
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
            return self.render_to_response(self.get_context_data(), status=400)
        messages.success(request, f"记下了：{wish.region}，{wish.get_category_display()}，{wish.people} 人。")
        return HttpResponseRedirect(reverse("wish_desk:index"))
