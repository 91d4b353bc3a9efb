"""Photographs sent, taken back, answered; and who may see them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from accounts.enums import Role
from accounts.models import RoleAssignment
from core import clock
from core.errors import Refusal
from courses.enums import EnrolmentState, HomeworkState
from courses.errors import HomeworkRefused
from courses.models import Homework, Lesson
from courses.operations.enrolling import end_enrolment
from courses.operations.homework import MOST_PHOTOGRAPHS, answer_homework, send_homework, take_back_homework
from courses.queries.homework import answerable_by, may_see
from tests.accounts.factories import UserFactory
from tests.courses.content import photograph
from tests.courses.factories import EnrolmentFactory, LessonFactory, OfferingFactory, SessionFactory, TeacherFactory
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson() -> Lesson:
    return LessonFactory(homework="写一个“福”字，拍下来")


def send(lesson: Lesson, person=None, colour: str = "red", **given) -> Homework:
    file = photograph(colour=colour)
    person = person or UserFactory()
    return send_homework(person=person, lesson=lesson, file=file, size=len(file.getbuffer()), **given)


def files(data_dir: Path) -> list[Path]:
    return list((data_dir / "images" / "homework").glob("*"))


def test_a_photograph_is_kept_under_a_name_that_says_nothing(lesson: Lesson, data_dir: Path) -> None:
    row = send(lesson, UserFactory(username="wang"), words="  练了 三天 ")
    assert (row.state, row.words, row.acted_by) == (HomeworkState.SENT, "练了 三天", None)
    assert [path.name for path in files(data_dir)] == [Path(row.picture.name).name]
    assert len(Path(row.picture.name).stem) == 32


def test_the_same_photograph_counts_once_and_five_are_enough(lesson: Lesson, data_dir: Path) -> None:
    person = UserFactory()
    for colour in ("red", "green", "blue", "white", "black"):
        send(lesson, person, colour)
    with pytest.raises(HomeworkRefused, match="已经交过"):
        send(lesson, person, "red")
    with pytest.raises(HomeworkRefused, match=f"{MOST_PHOTOGRAPHS} 张"):
        send(lesson, person, "yellow")
    assert len(files(data_dir)) == Homework.objects.count() == MOST_PHOTOGRAPHS
    send(lesson, UserFactory(), "red")


@pytest.mark.parametrize(
    ("homework", "file", "words"),
    [
        ("", photograph(), ""),
        ("写字", None, ""),
        ("写字", ContentFile(b"text"), ""),
        ("写字", photograph(), "好" * 201),
    ],
)
def test_a_refusal_leaves_neither_row_nor_file(data_dir: Path, homework, file, words) -> None:
    with pytest.raises(Refusal, match="没有"):
        send_homework(person=UserFactory(), lesson=LessonFactory(homework=homework), file=file, size=9, words=words)
    assert (files(data_dir), Homework.objects.count()) == ([], 0)


def test_taking_back_leaves_nothing_but_not_after_the_answer(
    lesson: Lesson, data_dir: Path, django_capture_on_commit_callbacks
) -> None:
    row, kept = send(lesson), send(lesson)
    with django_capture_on_commit_callbacks(execute=True):
        take_back_homework(homework=row)
        take_back_homework(homework=row)
    assert len(files(data_dir)) == 1
    answer_homework(homework=kept, answer="写得端正", by=UserFactory())
    with pytest.raises(HomeworkRefused, match="已经看过"):
        take_back_homework(homework=kept)
    with pytest.raises(HomeworkRefused, match="撤回"):
        answer_homework(homework=row, answer="好", by=UserFactory())
    for answer in ("", "  ", "好" * 301):
        with pytest.raises(HomeworkRefused, match="1 到 300"):
            answer_homework(homework=kept, answer=answer, by=UserFactory())


def test_only_those_who_teach_or_answer_for_the_offering_see_it(lesson: Lesson, django_assert_num_queries) -> None:
    teacher, substitute, other_teacher = (TeacherFactory(user=UserFactory()) for _ in range(3))
    offering = OfferingFactory(course=lesson.course, teacher=teacher, site=AcademySiteFactory())
    SessionFactory(offering=offering, teacher=substitute)
    OfferingFactory(course=lesson.course, teacher=other_teacher)
    person = EnrolmentFactory(offering=offering).person
    row, stranger_row = send(lesson, person), send(lesson)

    here, elsewhere = UserFactory(role=Role.BANNER), UserFactory(role=Role.BANNER)
    for user, name in ((here, "达拉特旗"), (elsewhere, "乌审旗")):
        RoleAssignment.objects.create(user=user, role=Role.BANNER, region=region(name), valid_from=clock.today())

    for user in (teacher.user, substitute.user, here):
        with django_assert_num_queries(3):
            assert list(answerable_by(user)) == [row]
    for user in (other_teacher.user, elsewhere, UserFactory(role=Role.TEACHER), UserFactory(role=Role.EDITOR)):
        assert not answerable_by(user).exists()
        assert not may_see(user, row)
    assert set(answerable_by(UserFactory(role=Role.ADMIN))) == {row, stranger_row}
    assert may_see(person, row)
    assert not may_see(person, stranger_row)


def test_someone_who_left_the_offering_is_no_longer_seen_by_its_teacher(lesson: Lesson) -> None:
    teacher = TeacherFactory(user=UserFactory())
    enrolment = EnrolmentFactory(offering=OfferingFactory(course=lesson.course, teacher=teacher))
    send(lesson, enrolment.person)
    end_enrolment(enrolment, EnrolmentState.WITHDRAWN)
    assert not answerable_by(teacher.user).exists()
