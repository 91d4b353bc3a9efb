"""登录锁定 and 两步登录: what staff undo for colleagues who can't get in; 短信: what went out, for administrators."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.admin.ui.tables import Column, TitleColumn

from accounts.access import staff_label
from accounts.admin.rows import RowPage, RowViewSet, ScopedIndexView
from accounts.models import SmsMessage
from accounts.operations.locks import lift_lock
from accounts.operations.second_factor import take_away_second_factor
from accounts.queries.security import factors_for, locks_for, outbox_for, shown_words


def clock_of(instant: Any) -> str:
    return f"{timezone.localtime(instant):%Y-%m-%d %H:%M}" if instant else ""


def lock_state(attempt: AccessAttempt) -> str:
    return "已锁定" if attempt.locked else f"错了 {attempt.failures} 次"


class LocksView(ScopedIndexView):
    page_title = "登录锁定"
    any_permission_required = ["view"]
    search_fields = ["username"]

    def rows_for(self, viewer: Any) -> QuerySet[AccessAttempt]:
        return locks_for(viewer)

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("username", label="填的用户名", get_url=self.get_edit_url),
            Column("state", label="状态", accessor=lock_state),
            Column("attempt_time", label="最后一次", accessor=lambda row: clock_of(row.attempt_time)),
        ]


class LockPage(RowPage):
    page_title = "登录锁定"
    header_icon = "lock"
    any_permission_required = ["view"]
    action = "解除锁定"
    warning = "先确认是本人打来的电话。解除以后可以马上再试密码。"

    def rows_for(self, viewer: Any) -> QuerySet[AccessAttempt]:
        return locks_for(viewer)

    def facts(self, row: Any) -> list[tuple[str, str]]:
        return [
            ("填的用户名", row.username or ""),
            ("状态", lock_state(row)),
            ("最后一次", clock_of(row.attempt_time)),
            ("自动解除", clock_of(row.ends_at)),
        ]

    def act(self, row: AccessAttempt) -> str:
        lift_lock(actor=self.request.user, attempt=row)  # type: ignore[arg-type]
        return f"{row.username} 可以再试了。"


class LockViewSet(RowViewSet):
    model = AccessAttempt
    icon = "lock"
    menu_label = "登录锁定"
    menu_name = "locks"
    menu_order = 20
    row_page = LockPage
    index_view_class = LocksView


def owner_of(factor: Authenticator) -> str:
    return staff_label(factor.user)


class FactorsView(ScopedIndexView):
    page_title = "两步登录"
    any_permission_required = ["view"]
    search_fields = ["user__display_name", "user__username"]

    def rows_for(self, viewer: Any) -> QuerySet[Authenticator]:
        return factors_for(viewer)

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("user", label="姓名", accessor=owner_of, get_url=self.get_edit_url),
            Column("created_at", label="开通时间", accessor=lambda row: clock_of(row.created_at)),
            Column("last_used_at", label="最近用过", accessor=lambda row: clock_of(row.last_used_at)),
        ]


class FactorRowPage(RowPage):
    page_title = "两步登录"
    header_icon = "key"
    any_permission_required = ["view"]
    action = "解除两步登录"
    warning = "先确认是本人，而且他的手机丢了或换了。解除以后，他只凭密码就能登录，进工作台前要重新开通。"

    def rows_for(self, viewer: Any) -> QuerySet[Authenticator]:
        return factors_for(viewer)

    def facts(self, row: Authenticator) -> list[tuple[str, str]]:
        return [
            ("姓名", owner_of(row)),
            ("开通时间", clock_of(row.created_at)),
            ("最近用过", clock_of(row.last_used_at)),
        ]

    def act(self, row: Authenticator) -> str:
        take_away_second_factor(actor=self.request.user, user=row.user)  # type: ignore[arg-type]
        return f"{owner_of(row)} 的两步登录已经解除。"


class FactorViewSet(RowViewSet):
    model = Authenticator
    icon = "key"
    menu_label = "两步登录"
    menu_name = "factors"
    menu_order = 30
    row_page = FactorRowPage
    index_view_class = FactorsView


class OutboxView(ScopedIndexView):
    page_title = "短信"
    any_permission_required = ["view"]
    default_ordering = "-created_at"

    def rows_for(self, viewer: Any) -> QuerySet[SmsMessage]:
        return outbox_for(viewer)

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn(
                "created_at", label="时间", accessor=lambda row: clock_of(row.created_at), get_url=self.get_edit_url
            ),
            Column("phone_masked", label="手机号"),
            Column("template", label="内容", accessor="get_template_display"),
            Column("state", label="状态", accessor="get_state_display"),
            Column("reason", label="原因"),
        ]


class MessagePage(RowPage):
    page_title = "短信"
    header_icon = "mail"
    any_permission_required = ["view"]

    def rows_for(self, viewer: Any) -> QuerySet[SmsMessage]:
        return outbox_for(viewer)

    def facts(self, row: SmsMessage) -> list[tuple[str, str]]:
        return [
            ("时间", clock_of(row.created_at)),
            ("手机号", row.phone_masked),
            ("内容", shown_words(row)),
            ("状态", row.get_state_display()),
            ("试了几次", str(row.attempts)),
            ("发出时间", clock_of(row.sent_at)),
            ("原因", row.reason),
            ("网关编号", row.reference),
        ]


class OutboxViewSet(RowViewSet):
    model = SmsMessage
    icon = "mail"
    menu_label = "短信"
    menu_name = "sms"
    menu_order = 40
    row_page = MessagePage
    index_view_class = OutboxView
