"""The editors' desk for the catalogue: building, reviewing, sealing, flipping, comparing, taking back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from accounts.models import User
from core.errors import Refusal
from core.half_year import HalfYear
from courses.models import CatalogueEdition, Rollback
from courses.operations.editions.drafting import draft_edition
from courses.operations.editions.rollback import roll_back
from courses.queries.editions.comparing import compare_editions
from courses.queries.editions.desk import desk_edition, desk_list, rollback_page
from courses.queries.editions.reading import find_edition
from courses.viewsets.catalogue_acts import ACTS, act_on, decide
from courses.viewsets.catalogue_wishes import WishDeskView


class CatalogueView(WagtailAdminTemplateMixin, TemplateView):
    """What pages of the catalogue's desk have in common. `right` is needed to look at all."""

    right = "courses.view_catalogueedition"
    header_icon = "list-ul"
    page_title = "课程目录"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.demand(self.right)
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user

    def demand(self, right: str) -> None:
        if not self.request.user.has_perm(right):
            raise PermissionDenied

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        root = {"url": reverse("catalogue_desk:index"), "label": "课程目录"}
        here = self.get_page_subtitle()
        return [*self.breadcrumbs_items, root, {"url": "", "label": here}] if here else [*self.breadcrumbs_items, root]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rights = {
            name: self.request.user.has_perm(f"courses.{name}_catalogueedition")
            for name in ("add", "change", "approve", "seal", "flip")
        }
        return super().get_context_data(may=rights, **kwargs)

    def refuse(self, refusal: Refusal) -> None:
        messages.error(self.request, refusal.sentence)


class EditionsView(CatalogueView):
    """All editions; a POST drafts one."""

    template_name = "courses/admin/catalogue/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**desk_list(), **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        self.demand("courses.add_catalogueedition")
        try:
            half_year = HalfYear.parse(request.POST.get("half_year", ""))
            edition = draft_edition(half_year=half_year, by=self.user)
        except ValueError:
            messages.error(request, "请选一个半年。")
        except Refusal as refusal:
            self.refuse(refusal)
        else:
            messages.success(request, f"{edition.label}起草好了。")
            return HttpResponseRedirect(reverse("catalogue_desk:edition", args=[edition.pk]))
        return HttpResponseRedirect(reverse("catalogue_desk:index"))


class EditionView(CatalogueView):
    """One edition: its courses with evidence, gaps, checks, and what may be done now."""

    template_name = "courses/admin/catalogue/edition.html"
    edition: CatalogueEdition

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        rows = CatalogueEdition.objects.select_related("based_on")
        self.edition = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return self.edition.label

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        others = CatalogueEdition.objects.exclude(pk=self.edition.pk)
        return super().get_context_data(**desk_edition(self.edition), others=list(others), **kwargs)

    def back(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("catalogue_desk:edition", args=[self.edition.pk]))


class ActView(EditionView):
    """A POST does one thing to the edition: `courses.viewsets.catalogue_acts` says which there are."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        if act not in ACTS:
            raise Http404
        self.demand(ACTS[act].right)
        try:
            said = act_on(act, edition=self.edition, by=self.user, sent=request.POST)
        except Refusal as refusal:
            self.refuse(refusal)
        else:
            messages.success(request, said)
        return self.back()


class CompareView(EditionView):
    """This edition beside another one, sealed or not."""

    template_name = "courses/admin/catalogue/compare.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            other = find_edition(self.request.GET.get("with", ""))
        except CatalogueEdition.DoesNotExist as error:
            raise Http404 from error
        comparison = compare_editions(other, self.edition)
        context = super(EditionView, self).get_context_data(**kwargs)
        return {**context, "before": other, "edition": self.edition, "comparison": comparison}


class StartRollbackView(EditionView):
    """A POST takes the current edition back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.demand("courses.flip_catalogueedition")
        try:
            code = request.POST.get("to", "")
            to = find_edition(code) if code else None
            rollback = roll_back(edition=self.edition, to=to, reason=request.POST.get("reason", ""), by=self.user)
        except CatalogueEdition.DoesNotExist:
            messages.error(request, "请选要换回哪一版。")
        except Refusal as refusal:
            self.refuse(refusal)
        else:
            messages.success(request, f"已经换回{rollback.to.label}。")
            return HttpResponseRedirect(reverse("catalogue_desk:rollback", args=[rollback.pk]))
        return self.back()


class RollbackView(CatalogueView):
    """The wizard after a rollback: a decision for every enrolment made since. Names people: needs the right to flip."""

    template_name = "courses/admin/catalogue/rollback.html"
    right = "courses.flip_catalogueedition"
    rollback: Rollback

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.rollback = get_object_or_404(Rollback.objects.select_related("edition", "to"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        return f"退回{self.rollback.edition.label}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**rollback_page(self.rollback), **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            said = decide(self.rollback, by=self.user, sent=request.POST)
        except Refusal as refusal:
            self.refuse(refusal)
        else:
            messages.success(request, said)
        return HttpResponseRedirect(reverse("catalogue_desk:rollback", args=[self.rollback.pk]))


class CatalogueViewSet(ViewSet):
    name = "catalogue_desk"
    url_prefix = "catalogue"
    icon = "list-ul"
    menu_label = "课程目录"
    menu_name = "catalogue"
    menu_order = 160
    add_to_admin_menu = True

    def get_menu_item(self, order: int | None = None) -> Any:
        """Only for those who may look at editions."""
        item = super().get_menu_item(order)
        item.is_shown = lambda request: request.user.has_perm(CatalogueView.right)
        return item

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", EditionsView.as_view(), name="index"),
            path("<int:pk>/", EditionView.as_view(), name="edition"),
            path("<int:pk>/compare/", CompareView.as_view(), name="compare"),
            path("<int:pk>/rollback/", StartRollbackView.as_view(), name="start-rollback"),
            path("<int:pk>/act/<str:act>/", ActView.as_view(), name="act"),
            path("rollback/<int:pk>/", RollbackView.as_view(), name="rollback"),
        ]


class WishViewSet(ViewSet):
    name = "wish_desk"
    url_prefix = "wishes"
    icon = "pick"
    menu_label = "登记想学"
    menu_name = "wishes"
    menu_order = 165
    add_to_admin_menu = True

    def get_menu_item(self, order: int | None = None) -> Any:
        item = super().get_menu_item(order)
        item.is_shown = lambda request: request.user.has_perm(WishDeskView.right)
        return item

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", WishDeskView.as_view(), name="index")]
