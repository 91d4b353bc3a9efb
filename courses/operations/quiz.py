"""Answering a lesson's questions. The first answer to a question stands until the person begins anew."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.models import User
from core import clock
from courses.errors import QuizRefused
from courses.models import Lesson, QuizAttempt
from courses.queries.quiz import Question, questions_of


def answer_question(
    *, person: User, lesson: Lesson, number: int, choice: int, acted_by: User | None = None
) -> QuizAttempt:
    """Write down `choice` (from 0) for question `number` (from 1); the last missing answer finishes the attempt.

    Pressing twice, or in two windows, changes nothing. Raises `QuizRefused`.
    """
    questions = questions_of(lesson)
    question = next((question for question in questions if question.number == number), None)
    if question is None or not 0 <= choice < len(question.choices):
        raise QuizRefused("这道题刚刚改过，没有记下您的答案。请从头看一下题目。")
    with transaction.atomic():
        attempt = _open_attempt(person, lesson, acted_by)
        if question.key not in attempt.answers:
            attempt.answers = {**attempt.answers, question.key: choice}
        if all(other.key in attempt.answers for other in questions):
            attempt.finished_at = clock.now()
            attempt.asked = len(questions)
            attempt.right = _count_right(questions, attempt)
        attempt.save()
    return attempt


def _open_attempt(person: User, lesson: Lesson, acted_by: User | None) -> QuizAttempt:
    """The row, locked. Two windows that begin at once meet at the constraint, and the second uses the first's."""
    rows = QuizAttempt.objects.select_for_update().filter(person=person, lesson=lesson, finished_at__isnull=True)
    if (attempt := rows.first()) is not None:
        return attempt
    try:
        with transaction.atomic():
            return QuizAttempt.objects.create(person=person, lesson=lesson, acted_by=acted_by)
    except IntegrityError:
        return rows.get()


def _count_right(questions: list[Question], attempt: QuizAttempt) -> int:
    return sum(attempt.answers.get(question.key) == question.right for question in questions)
