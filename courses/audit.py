"""What staff did with offerings, teachers, activities and teams: rows of the record that `accounts` keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from accounts.models import User
from accounts.operations import audit
from accounts.verbs import name_verbs

ACTIONS = {
    "open_offering": "新建开班",
    "edit_offering": "修改开班",
    "publish_offering": "公布开班",
    "cancel_offering": "取消开班",
    "change_seats": "改名额",
    "schedule_session": "排课",
    "schedule_weekly": "按周排课",
    "move_session": "调课",
    "cancel_session": "取消一次课",
    "substitute_teacher": "换人代课",
    "add_teacher": "登记教师",
    "edit_teacher": "修改教师",
    "record_permission": "登记单位同意书",
    "withdraw_permission": "撤回单位同意书",
    "add_exam_week": "登记考试周",
    "remove_exam_week": "删除考试周",
    "add_holiday": "登记放假日",
    "remove_holiday": "删除放假日",
    "note_fee": "登记课酬",
    "pay_fee": "发放课酬",
    "void_fee": "作废课酬",
    "open_activity": "新建活动",
    "edit_activity": "修改活动",
    "settle_checklist": "填活动前清单",
    "publish_activity": "公布活动",
    "cancel_activity": "取消活动",
    "key_in_paper": "录入纸质签到表",
    "found_team": "新建团队",
    "edit_team": "修改团队",
    "close_team": "解散团队",
    "decide_on_request": "答复入队申请",
    "plan_meeting": "定团队见面",
    "cancel_meeting": "取消团队见面",
    "call_roll": "团队点名",
    "share_material": "团队分享",
    "take_back_material": "撤下团队分享",
}

BELONGS: dict[str, tuple[str, ...]] = {
    "session": ("offering",),
    "teacherfee": ("session", "offering"),
    "teacherpermission": ("teacher",),
    "examweek": ("organisation",),
    "teammeeting": ("team",),
    "teammember": ("team",),
    "teammaterial": ("team",),
}
"""How to come from a row to the one that has a region or a site."""


def record(row: Model, action: str, *, by: User, before: Mapping[str, Any] | None = None, **after: Any) -> None:
    """Write one row. `before` and `after` hold plain values without personal data (`accounts.operations.audit`)."""
    path, site_id = _place_of(row)
    audit.record(
        actor=by, verb=f"courses.{action}", subject=row, before=before, after=after, path=path, site_id=site_id
    )


def name_actions() -> None:
    """Called once, from `AppConfig.ready()`: what the list of changes calls each action."""
    name_verbs({f"courses.{action}": label for action, label in ACTIONS.items()})


def _place_of(row: Any) -> tuple[str, int | None]:
    """The path of the region and the key of the site whose staff see the row."""
    for name in BELONGS.get(row._meta.model_name, ()):
        row = getattr(row, name)
    site = getattr(row, "site", None)
    region = site.region if site is not None else getattr(row, "region", None)
    return region.path if region is not None else "", site.pk if site is not None else None
