"""The questions of a lesson, and how a person answered them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.access import Viewer
from courses.models import Lesson, QuizAttempt


@dataclass(frozen=True)
class Question:
    """`number` counts from 1; `right` is the position of the right choice, from 0."""

    key: str
    number: int
    text: str
    picture: Any
    choices: list[str]
    right: int
    explanation: str


@dataclass(frozen=True)
class QuizPage:
    """One question as a person sees it. `chosen` is None until it is answered."""

    question: Question
    total: int
    chosen: int | None

    @property
    def is_right(self) -> bool:
        return self.chosen == self.question.right

    @property
    def is_last(self) -> bool:
        return self.question.number == self.total

    @property
    def right_choice(self) -> str:
        return self.question.choices[self.question.right]


def questions_of(lesson: Lesson) -> list[Question]:
    """In the editor's order. A question without a right answer (an unfinished draft) is left out."""
    questions: list[Question] = []
    for child in lesson.quiz:
        choices = [choice for choice in child.value["choices"] if choice["text"]]
        right = next((number for number, choice in enumerate(choices) if choice["is_right"]), None)
        if right is None or not child.value["text"]:
            continue
        questions.append(
            Question(
                key=str(child.id),
                number=len(questions) + 1,
                text=child.value["text"],
                picture=child.value["picture"],
                choices=[choice["text"] for choice in choices],
                right=right,
                explanation=child.value["explanation"],
            )
        )
    return questions


def open_attempt(viewer: Viewer, lesson: Lesson) -> QuizAttempt | None:
    """The attempt this person is in the middle of."""
    if not viewer.is_authenticated:
        return None
    return QuizAttempt.objects.filter(person=viewer, lesson=lesson, finished_at__isnull=True).first()


def last_finished(viewer: Viewer, lesson: Lesson) -> QuizAttempt | None:
    """The last attempt this person finished."""
    if not viewer.is_authenticated:
        return None
    return QuizAttempt.objects.filter(person=viewer, lesson=lesson, finished_at__isnull=False).first()


def next_question(questions: list[Question], attempt: QuizAttempt | None) -> Question:
    """The first question without an answer, or the first of all."""
    answered = attempt.answers if attempt else {}
    return next((question for question in questions if question.key not in answered), questions[0])


def page_of(questions: list[Question], *, number: int, attempt: QuizAttempt | None) -> QuizPage | None:
    """Question `number`, with this attempt's answer; None if there is no such question."""
    question = next((question for question in questions if question.number == number), None)
    if question is None:
        return None
    chosen = attempt.answers.get(question.key) if attempt else None
    if chosen is not None and chosen >= len(question.choices):
        chosen = None  # the editor has taken that choice away since
    return QuizPage(question, len(questions), chosen)
