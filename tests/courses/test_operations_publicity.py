"""Publishing and taking back opens and closes media."""

from __future__ import annotations

import pytest
from wagtail.models import Workflow

from accounts.enums import Role
from courses.enums import Audience
from courses.operations.review import NAME, ensure_review_workflow
from tests.accounts.factories import UserFactory
from tests.courses.factories import LessonFactory
from tests.media_pipeline.factories import MediaAssetFactory

pytestmark = pytest.mark.django_db


def is_open(asset) -> bool:
    asset.refresh_from_db()
    return asset.is_open


def test_a_lesson_opens_its_media_when_it_is_published_and_closes_them_when_taken_back():
    asset = MediaAssetFactory()
    lesson = LessonFactory(draft=True, media=asset)
    assert not is_open(asset)
    lesson.save_revision().publish()
    assert is_open(asset)
    lesson.refresh_from_db()
    lesson.unpublish()
    assert not is_open(asset)


def test_taking_the_course_back_closes_the_media_of_its_lessons():
    asset = MediaAssetFactory()
    lesson = LessonFactory(media=asset)
    assert is_open(asset)
    lesson.course.unpublish()
    assert not is_open(asset)
    lesson.course.save_revision().publish()
    assert is_open(asset)


def test_another_video_closes_the_one_before_and_deletion_closes_the_last():
    before, after = MediaAssetFactory(), MediaAssetFactory()
    lesson = LessonFactory(media=before)
    lesson.media = after
    lesson.save()
    assert (is_open(before), is_open(after)) == (False, True)
    lesson.delete()
    assert not is_open(after)


def test_media_that_two_lessons_show_stay_open_until_the_last_is_gone():
    asset = MediaAssetFactory()
    first, second = LessonFactory(media=asset), LessonFactory(media=asset)
    first.delete()
    assert is_open(asset)
    second.audience = Audience.MEMBERS
    second.save()
    assert not is_open(asset)


def test_a_draft_change_of_a_public_lesson_opens_nothing():
    asset, other = MediaAssetFactory(), MediaAssetFactory()
    lesson = LessonFactory(media=asset)
    lesson.media = other
    lesson.save_revision()
    assert (is_open(asset), is_open(other)) == (True, False)


def test_the_review_workflow_exists_once_and_a_teachers_draft_goes_through_it():
    ensure_review_workflow()
    workflow = Workflow.objects.get(name=NAME)
    teacher, admin = UserFactory(role=Role.TEACHER), UserFactory(role=Role.ADMIN)
    lesson = LessonFactory(draft=True)
    lesson.save_revision(user=teacher)
    assert lesson.get_workflow() == workflow
    state = workflow.start(lesson, teacher)
    task = state.current_task_state.task.specific
    assert "approve" in [action for action, *_ in task.get_actions(lesson, admin)]
    assert task.get_actions(lesson, teacher) == []
    state.current_task_state.approve(user=admin)
    lesson.refresh_from_db()
    assert lesson.live
