"""Teachers and what lets them teach: their entry, and their employers' consent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction

from accounts.models import User
from core import clock
from core.errors import Refusal
from courses.audit import record
from courses.enums import TeacherChannel
from courses.models import Teacher, TeacherPermission
from courses.operations.planning import checked_reason
from places.models import Organisation, Region

MOST_BYTES = 10 * 1024 * 1024
PAPERS = {"pdf": (b"%PDF-",), "jpg": (b"\xff\xd8\xff",), "jpeg": (b"\xff\xd8\xff",), "png": (b"\x89PNG\r\n\x1a\n",)}
"""How a paper may come in, by the ending of its name, and the bytes it then begins with."""


@dataclass(frozen=True)
class Entry:
    """What is written down about a teacher. `phone` is personal data (see `Teacher`)."""

    name: str
    channel: str
    rehired_kind: str
    organisation: Organisation | None
    region: Region
    phone: str = ""
    introduction: str = ""
    is_active: bool = True


@transaction.atomic
def add_teacher(*, entry: Entry, by: User) -> Teacher:
    """Enter a teacher. Raises `Refusal`."""
    teacher = Teacher()
    _apply(teacher, entry)
    record(teacher, "add_teacher", by=by)
    return teacher


@transaction.atomic
def edit_teacher(*, teacher: Teacher, entry: Entry, by: User) -> Teacher:
    """Change an entry. Sessions already planned stay, and are shown to the clerk. Raises `Refusal`."""
    teacher = Teacher.objects.select_for_update(of=("self",)).get(pk=teacher.pk)
    before = {field.name: str(getattr(teacher, field.name)) for field in fields(Entry)}
    _apply(teacher, entry)
    changed = [name for name, value in before.items() if value != str(getattr(teacher, name))]
    record(teacher, "edit_teacher", by=by, changed=changed)
    return teacher


@transaction.atomic
def record_permission(
    *,
    teacher: Teacher,
    employer: Organisation,
    paper: File,
    valid_from: dt.date,
    valid_until: dt.date,
    by: User,
) -> TeacherPermission:
    """Keep an employer's paper, which `by` has read. Both days are inclusive. Raises `Refusal`."""
    if teacher.channel != TeacherChannel.IN_SERVICE:
        raise Refusal(f"{teacher}老师不是在职兼职，不用单位同意书，没有保存。")
    if valid_until < valid_from:
        raise Refusal("同意书的最后一天要在第一天之后，没有保存。")
    _check_paper(paper)
    permission = TeacherPermission.objects.create(
        teacher=teacher, employer=employer, paper=paper, valid_from=valid_from, valid_until=valid_until, checked_by=by
    )
    record(permission, "record_permission", by=by)
    return permission


@transaction.atomic
def withdraw_permission(*, permission: TeacherPermission, reason: str, by: User) -> TeacherPermission:
    """The employer took its consent back. Sessions planned stay, and are shown to the clerk. Raises `Refusal`."""
    reason = checked_reason(reason)
    permission = TeacherPermission.objects.select_for_update(of=("self",)).get(pk=permission.pk)
    if permission.withdrawn_at is not None:
        raise Refusal("这份同意书已经撤回了。")
    permission.withdrawn_at, permission.withdrawn_reason = clock.now(), reason
    permission.save(update_fields=["withdrawn_at", "withdrawn_reason", "updated_at"])
    record(permission, "withdraw_permission", by=by, reason=reason)
    return permission


def _apply(teacher: Teacher, entry: Entry) -> None:
    for field in fields(Entry):
        setattr(teacher, field.name, getattr(entry, field.name))
    if entry.channel in (TeacherChannel.IN_SERVICE, TeacherChannel.STUDENT) and entry.organisation is None:
        raise Refusal("在职兼职要填工作单位，高校学生要填学校，没有保存。")
    try:
        teacher.full_clean()
    except ValidationError as error:
        raise Refusal(f"{''.join(error.messages)}没有保存。") from error
    teacher.save()


def _check_paper(paper: File) -> None:
    ending = (paper.name or "").rpartition(".")[2].lower()
    if paper.size > MOST_BYTES:
        raise Refusal("文件太大，最多 10 MB，没有保存。")
    paper.seek(0)
    head = paper.read(8)
    paper.seek(0)
    if not any(head.startswith(start) for start in PAPERS.get(ending, ())):
        raise Refusal("同意书要是 PDF、JPG 或 PNG 文件，没有保存。")
