"""The editors' desk for certificates: to find and to look at. They are issued by learning, and never edited."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django_filters import ChoiceFilter  # type: ignore[import-untyped]
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import Button
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import InspectView, SnippetViewSet

from courses.models import Certificate

REVOKE = "courses.revoke_certificate"


class LookOnly(ModelPermissionPolicy):
    """Whoever may take certificates back may see them. Nobody adds, changes or deletes one here."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action == "view" and bool(user.has_perm(REVOKE))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Any) -> Any:
        return super().users_with_any_permission(["revoke"] if "view" in actions else [])


register_permission_policy(Certificate, LookOnly(Certificate))


class CertificateFilters(WagtailFilterSet):
    state = ChoiceFilter(
        method="by_state", choices=[("valid", "有效"), ("revoked", "已收回")], label="状态", empty_label="全部"
    )

    class Meta:
        model = Certificate
        fields: list[str] = []

    def by_state(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(revoked_at__isnull=value == "valid")


def state_word(certificate: Certificate) -> str:
    return "有效" if certificate.is_valid else "已收回"


class CertificateInspectView(InspectView):
    page_title = "证书"

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if not self.object.is_valid:
            return []
        return [Button("收回证书", url=reverse("revoke_certificate", args=[self.object.pk]), icon_name="bin")]


class CertificateViewSet(SnippetViewSet):
    model = Certificate
    icon = "success"
    menu_label = "证书"
    menu_name = "certificates"
    menu_order = 90
    search_backend_name = None
    search_fields = ["name", "code", "course_title"]
    inspect_view_enabled = True
    inspect_view_class = CertificateInspectView
    inspect_view_fields = [
        *("code", "name", "course_title", "lesson_count", "hours", "finished_on", "issued_at", "digest"),
        *("revoked_at", "revoked_because"),
    ]
    copy_view_enabled = False
    filterset_class = CertificateFilters
    list_display = [
        Column("name", label="姓名"),
        Column("course_title", label="课程"),
        Column("code", label="编号"),
        DateColumn("issued_at", label="发证时间"),
        Column(state_word, label="状态"),
    ]
    list_per_page = 50

    def get_queryset(self, request: Any) -> Any:
        return Certificate.objects.order_by("-issued_at", "-pk")
