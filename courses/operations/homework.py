"""Sending a photograph for a lesson, taking it back, and answering it."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from accounts.models import User
from core import clock
from courses.enums import HomeworkState
from courses.errors import HomeworkRefused
from courses.models import Homework, Lesson
from courses.photographs import redraw

MOST_PHOTOGRAPHS = 5
"""A person and lesson."""
LONGEST_WORDS = 200
LONGEST_ANSWER = 300
"""In characters, as the columns hold them."""


def send_homework(
    *, person: User, lesson: Lesson, file: BinaryIO | None, size: int, words: str = "", acted_by: User | None = None
) -> Homework:
    """Keep a photograph (`size` in bytes) with a few words. Raises `Refusal`; then nothing is kept."""
    if not lesson.homework:
        raise HomeworkRefused("这一讲没有作业，照片没有收下。")
    if file is None:
        raise HomeworkRefused("没有选照片。请点“选照片”，拍一张或者从相册里选一张。")
    words = " ".join(words.split())
    if len(words) > LONGEST_WORDS:
        raise HomeworkRefused(f"说的话太长了（最多 {LONGEST_WORDS} 个字），照片没有收下。请短一些再交一次。")
    drawn = redraw(file, size=size)
    digest = hashlib.sha256(drawn).hexdigest()
    homework = Homework(person=person, lesson=lesson, sha256=digest, words=words, acted_by=acted_by)
    try:
        with transaction.atomic():
            _check_place(homework)
            homework.picture.save("", ContentFile(drawn), save=False)
            homework.save()
    except IntegrityError as error:
        _drop_file(homework)
        raise HomeworkRefused("这张照片已经交过了，不用再交。") from error
    except BaseException:
        _drop_file(homework)
        raise
    return homework


def _check_place(homework: Homework) -> None:
    """Under the person's lock, so that two sent at once count each other."""
    User.objects.select_for_update().get(pk=homework.person_id)
    sent = Homework.objects.filter(person=homework.person, lesson=homework.lesson)
    if sent.filter(sha256=homework.sha256).exists():
        raise HomeworkRefused("这张照片已经交过了，不用再交。")
    if sent.count() >= MOST_PHOTOGRAPHS:
        raise HomeworkRefused(f"这一讲已经交了 {MOST_PHOTOGRAPHS} 张照片，这一张没有收下。可以先撤回一张再交。")


def _drop_file(homework: Homework) -> None:
    """No file stays that no row names."""
    if homework.picture.name:
        homework.picture.storage.delete(homework.picture.name)


@transaction.atomic
def take_back_homework(*, homework: Homework) -> None:
    """Delete a photograph that the teacher hasn't answered yet. Raises `HomeworkRefused`."""
    row = Homework.objects.select_for_update().filter(pk=homework.pk).first()
    if row is None:
        return
    if row.state != HomeworkState.SENT:
        raise HomeworkRefused("老师已经看过这张照片，不能撤回了。")
    row.delete()
    transaction.on_commit(lambda: _drop_file(row))


@transaction.atomic
def answer_homework(*, homework: Homework, answer: str, by: User) -> Homework:
    """Write what the teacher says; a second answer replaces the first. Raises `HomeworkRefused`."""
    answer = answer.strip()
    if not answer or len(answer) > LONGEST_ANSWER:
        raise HomeworkRefused(f"请写 1 到 {LONGEST_ANSWER} 个字给学员，没有保存。")
    row = Homework.objects.select_for_update().filter(pk=homework.pk).first()
    if row is None:
        raise HomeworkRefused("学员刚刚撤回了这张照片，没有保存。")
    row.answer, row.state = answer, HomeworkState.ANSWERED
    row.answered_by, row.answered_at = by, clock.now()
    row.save()
    return row
