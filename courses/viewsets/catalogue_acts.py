"""What a clerk may press on an edition's page: each button, the right it needs, and the one operation it calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import QueryDict
from django.utils import timezone

from accounts.models import User
from courses.enums import CarryPolicy, GapDecision, RollbackAnswer
from courses.errors import EditionRefused
from courses.models import CatalogueEdition, Course, Offering, Rollback, RollbackDecision
from courses.operations.editions.carrying import decide_carry_over
from courses.operations.editions.drafting import (
    add_course,
    discard_edition,
    refresh_course,
    remove_course,
    schedule_edition,
)
from courses.operations.editions.flipping import flip_edition
from courses.operations.editions.gaps import answer_gap
from courses.operations.editions.review import approve_edition, send_back_edition, submit_edition
from courses.operations.editions.rollback import decide_enrolment, finish_rollback, honour_the_rest
from courses.operations.editions.sealing import reopen_edition, seal_edition

Sent = QueryDict
Do = Callable[[CatalogueEdition, User, Sent], str]


@dataclass(frozen=True)
class Act:
    """`do` returns the sentence of success, or raises `Refusal`."""

    right: str
    do: Do


def act_on(name: str, *, edition: CatalogueEdition, by: User, sent: Sent) -> str:
    return ACTS[name].do(edition, by, sent)


def decide(rollback: Rollback, *, by: User, sent: Sent) -> str:
    """One press in the wizard: a decision, the rest honoured, or the end."""
    if "finish" in sent:
        finish_rollback(rollback=rollback)
        return "处理完了，这次退回结束。"
    if "honour-rest" in sent:
        return f"{honour_the_rest(rollback=rollback, by=by)} 个报名照样上课。"
    decision = RollbackDecision.objects.filter(rollback=rollback, pk=_number(sent, "decision")).first()
    answer = sent.get("answer", "")
    if decision is None or answer not in RollbackAnswer.values:
        raise EditionRefused("请选怎么处理这个报名。")
    moved_to = Offering.objects.filter(pk=_number(sent, "moved_to")).first()
    decide_enrolment(
        decision=decision,
        answer=RollbackAnswer(answer),
        moved_to=moved_to if answer == RollbackAnswer.MOVE else None,
        notice=sent.get("notice", ""),
        by=by,
    )
    return "处理好了。"


def _number(sent: Sent, name: str) -> int:
    """A key as a form sends it; 0, which nothing has, for anything else."""
    text = sent.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 16 else 0


def _course(sent: Sent) -> Course:
    course = Course.objects.filter(pk=_number(sent, "course")).first()
    if course is None:
        raise EditionRefused("请选一门课。")
    return course


def _add(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    return f"《{add_course(edition=edition, course=_course(sent), by=by).title}》加进来了。"


def _remove(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    course = _course(sent)
    remove_course(edition=edition, course=course, by=by)
    return f"《{course.title}》去掉了。"


def _refresh(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    return f"《{refresh_course(edition=edition, course=_course(sent), by=by).title}》换成了最新内容。"


def _submit(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    submit_edition(edition=edition, by=by)
    return "送审了，请另一位同事审核。"


def _approve(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    approve_edition(edition=edition, by=by)
    return "审核通过了。"


def _send_back(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    send_back_edition(edition=edition, by=by, reason=sent.get("reason", ""))
    return "退回给编辑修改了。"


def _seal(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    sealed = seal_edition(edition=edition, by=by)
    return f"封存好了，校验码 {(sealed.manifest_id or '')[:12]}…，到时间自动换版。"


def _reopen(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    reopen_edition(edition=edition, by=by, reason=sent.get("reason", ""))
    return "拆封了，改好以后要重新审核和封存。"


def _schedule(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    try:
        at = timezone.make_aware(dt.datetime.fromisoformat(sent.get("at", "")))
    except ValueError as error:
        raise EditionRefused("换版时间没有看懂，要写成 2026-07-01 00:00 这样。") from error
    schedule_edition(edition=edition, at=at, by=by)
    return "换版时间定好了。"


def _flip(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    if sent.get("sure") != "1":
        raise EditionRefused("马上换版，请先勾选“我确定现在就换”。")
    flip_edition(edition=edition, by=by)
    return "换版了，大家现在看到的就是这一版。"


def _discard(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    discard_edition(edition=edition, by=by, reason=sent.get("reason", ""))
    return "作废了。"


def _carry(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    policy = sent.get("policy", "")
    if policy not in CarryPolicy.values:
        raise EditionRefused("请选“读完为止”或“停止”。")
    try:
        until = dt.date.fromisoformat(sent.get("until", "")) if sent.get("until") else None
    except ValueError as error:
        raise EditionRefused("日期没有看懂，要写成 2026-12-31 这样。") from error
    keys = [int(key) for key in sent.getlist("equivalents") if key.isdecimal() and len(key) < 16]
    row = decide_carry_over(
        edition=edition,
        course=_course(sent),
        policy=CarryPolicy(policy),
        until=until,
        notice=sent.get("notice", ""),
        equivalents=Course.objects.filter(pk__in=keys),
        by=by,
    )
    return f"《{row.title}》的去向定好了。"


def _gap(edition: CatalogueEdition, by: User, sent: Sent) -> str:
    decision = sent.get("decision", "")
    if decision not in GapDecision.values:
        raise EditionRefused("请选“会开”或“这次不开”。")
    answer_gap(
        edition=edition,
        category=sent.get("category", ""),
        region_id=_number(sent, "region"),
        decision=GapDecision(decision),
        reason=sent.get("reason", ""),
        by=by,
    )
    return "答复记下了。"


CHANGE, APPROVE, SEAL, FLIP = (f"courses.{name}_catalogueedition" for name in ("change", "approve", "seal", "flip"))
ACTS: Mapping[str, Act] = {
    "add": Act(CHANGE, _add),
    "remove": Act(CHANGE, _remove),
    "refresh": Act(CHANGE, _refresh),
    "submit": Act(CHANGE, _submit),
    "approve": Act(APPROVE, _approve),
    "send-back": Act(APPROVE, _send_back),
    "seal": Act(SEAL, _seal),
    "reopen": Act(CHANGE, _reopen),
    "schedule": Act(CHANGE, _schedule),
    "flip": Act(FLIP, _flip),
    "discard": Act(CHANGE, _discard),
    "carry": Act(CHANGE, _carry),
    "gap": Act(CHANGE, _gap),
}
