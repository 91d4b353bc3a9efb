"""Answering a lesson's questions."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from courses.errors import QuizRefused
from courses.models import QuizAttempt
from courses.operations.quiz import answer_question
from courses.queries.quiz import questions_of
from tests.accounts.factories import UserFactory
from tests.courses.content import with_quiz
from tests.courses.factories import LessonFactory

pytestmark = pytest.mark.django_db


def test_the_last_answer_finishes_and_counts() -> None:
    lesson, person = with_quiz(LessonFactory()), UserFactory()
    first = answer_question(person=person, lesson=lesson, number=1, choice=1)
    assert first.finished_at is None
    last = answer_question(person=person, lesson=lesson, number=2, choice=1)
    assert (last.pk, last.asked, last.right) == (first.pk, 2, 1)
    assert last.finished_at is not None


def test_the_first_answer_stands_however_often_one_presses() -> None:
    lesson, person = with_quiz(LessonFactory()), UserFactory()
    for choice in (0, 1, 0):
        attempt = answer_question(person=person, lesson=lesson, number=1, choice=choice)
    assert list(attempt.answers.values()) == [0]
    assert QuizAttempt.objects.count() == 1


def test_after_the_end_one_begins_anew_and_the_old_result_stays() -> None:
    lesson, person = with_quiz(LessonFactory()), UserFactory()
    for choices in ((0, 1), (1, 0)):
        for number, choice in enumerate(choices, start=1):
            answer_question(person=person, lesson=lesson, number=number, choice=choice)
    assert sorted(QuizAttempt.objects.values_list("right", flat=True)) == [0, 2]


@pytest.mark.parametrize(("number", "choice"), [(0, 0), (3, 0), (1, 3), (1, -1)])
def test_what_isnt_asked_is_refused_and_leaves_nothing(number: int, choice: int) -> None:
    lesson = with_quiz(LessonFactory())
    with pytest.raises(QuizRefused, match="没有记下"):
        answer_question(person=UserFactory(), lesson=lesson, number=number, choice=choice)
    assert not QuizAttempt.objects.exists()


def test_a_changed_quiz_keeps_what_was_answered_and_asks_the_rest() -> None:
    lesson, person = with_quiz(LessonFactory()), UserFactory()
    answer_question(person=person, lesson=lesson, number=1, choice=1)
    del lesson.quiz[1]
    lesson.quiz.append(("question", lesson.quiz[0].value))
    lesson.save()
    attempt = answer_question(person=person, lesson=lesson, number=2, choice=0)
    assert (attempt.asked, attempt.right) == (2, 1)


def test_an_unfinished_question_of_a_draft_is_not_asked() -> None:
    lesson = with_quiz(LessonFactory(), [("有答案吗？", ["有", "没有"], 0)])
    for choice in lesson.quiz[0].value["choices"]:
        choice["is_right"] = False
    assert questions_of(lesson) == []


def test_one_person_has_one_open_attempt() -> None:
    lesson, person = LessonFactory(), UserFactory()
    QuizAttempt.objects.create(person=person, lesson=lesson)
    with pytest.raises(IntegrityError), transaction.atomic():
        QuizAttempt.objects.create(person=person, lesson=lesson)
