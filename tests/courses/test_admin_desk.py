"""The editors' desk for courses and lessons."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse

from accounts.enums import Role
from courses.models import Course, Lesson
from courses.queries.desk import courses_for_desk, state_line
from courses.queries.quiz import questions_of
from tests.accounts.factories import UserFactory
from tests.courses.factories import CourseFactory, LessonFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory

pytestmark = pytest.mark.django_db

COURSES = "wagtailsnippets_courses_course"
LESSONS = "wagtailsnippets_courses_lesson"


@pytest.fixture
def editor(client):
    user = UserFactory(role=Role.EDITOR)
    client.force_login(user)
    return user


def course_form(**fields) -> dict[str, str]:
    given = {"title": "太极拳入门", "category": "health", "summary": "慢慢来", "description": "", "teacher_name": ""}
    given |= {"form": "recorded", "level": "beginner", "hours": ""}
    return given | {"cover": "", "tags": "太极、养生", "slug": "", "go_live_at": "", "expire_at": ""} | fields


def lesson_form(course: Course, **fields) -> dict[str, object]:
    given = {"course": course.pk, "number": 1, "title": "起势", "summary": "", "media": "", "audience": "public"}
    given |= {"body-count": 0, "quiz-count": 0, "homework": ""}
    return given | {"go_live_at": "", "expire_at": ""} | fields


def test_an_editor_writes_a_course_as_a_draft_and_publishes_it(client, editor):
    client.post(reverse(f"{COURSES}:add"), course_form())
    course = Course.objects.get()
    assert (course.live, course.slug) == (False, "tai-ji-quan-ru-men")
    assert client.get(course.get_absolute_url()).status_code == 404
    edit = reverse(f"{COURSES}:edit", args=[course.pk])
    client.post(edit, course_form(title="太极拳慢慢学", slug=course.slug) | {"action-publish": "1"})
    html = client.get(f"/courses/{course.slug}/").content.decode()
    assert "<h1>太极拳慢慢学</h1>" in html
    assert "养生" in html


def test_a_draft_change_stays_out_of_sight(client, editor):
    course = CourseFactory(title="旧名字")
    client.post(reverse(f"{COURSES}:edit", args=[course.pk]), course_form(title="新名字", slug=course.slug))
    assert "旧名字" in client.get(course.get_absolute_url()).content.decode()
    assert "新名字" in client.get(reverse(f"{COURSES}:edit", args=[course.pk])).content.decode()


def test_two_lessons_cannot_have_one_number(client, editor):
    course = LessonFactory(number=1).course
    response = client.post(reverse(f"{LESSONS}:add"), lesson_form(course))
    assert "这门课里已经有这一讲，请换一个序号。" in response.content.decode()
    assert Lesson.objects.count() == 1


def test_a_lesson_is_started_from_its_course_with_the_next_number(client, editor):
    course = LessonFactory(number=4).course
    html = client.get(reverse(f"{COURSES}:edit", args=[course.pk])).content.decode()
    add = f"{reverse(f'{LESSONS}:add')}?course={course.pk}"
    assert f'href="{add}"' in html
    assert reverse(f"{LESSONS}:edit", args=[course.lessons.get().pk]) in html
    form = client.get(add).context["form"]
    assert (form["course"].value(), form["number"].value()) == (course.pk, 5)
    assert client.get(reverse(f"{LESSONS}:add") + "?course=x").context["form"]["number"].value() is None


def test_a_word_inside_a_title_is_found(client, editor):
    found, other = CourseFactory(title="跟我学八段锦养生功"), CourseFactory(title="手机摄影")
    html = client.get(reverse(f"{COURSES}:list"), {"q": "段锦"}).content.decode()
    assert found.title in html
    assert other.title not in html


def test_the_list_of_lessons_tells_how_their_media_stand_and_narrows_by_it(client, editor):
    ready = LessonFactory(title="云手", media=MediaAssetFactory(source=SourceFactory(ready=True)))
    failed = LessonFactory(title="收势", media=MediaAssetFactory(source=SourceFactory(failed=True)))
    bare = LessonFactory(title="起势")
    html = client.get(reverse(f"{LESSONS}:list")).content.decode()
    assert ["已完成" in html, "制作失败" in html, "没有视频" in html] == [True] * 3
    html = client.get(reverse(f"{LESSONS}:list"), {"media_state": "failed"}).content.decode()
    assert failed.title in html
    assert ready.title not in html
    html = client.get(reverse(f"{LESSONS}:list"), {"course": bare.course.pk}).content.decode()
    assert bare.title in html
    assert failed.title not in html


def test_a_longer_list_of_lessons_costs_no_more_queries(client, editor, django_assert_max_num_queries):
    course = CourseFactory()

    def grow(numbers) -> None:
        for number in numbers:
            LessonFactory(course=course, number=number, media=MediaAssetFactory(source=SourceFactory(ready=True)))

    grow([1])
    client.get(reverse(f"{LESSONS}:list"))
    with django_assert_max_num_queries(60) as few:
        client.get(reverse(f"{LESSONS}:list"))
    grow(range(2, 12))
    with django_assert_max_num_queries(len(few)):
        client.get(reverse(f"{LESSONS}:list"))


def test_the_list_says_where_each_course_stands(client, editor):
    live, changed, draft, reviewed = (CourseFactory(title=title) for title in ("甲", "乙", "丙", "丁"))
    changed.title = "乙二"
    changed.save_revision()
    draft.unpublish()
    reviewed.save_revision()
    reviewed.get_workflow().start(reviewed, editor)
    states = {course.pk: state_line(course) for course in courses_for_desk()}
    assert states == {
        live.pk: "已发布",
        changed.pk: "已发布，有修改没发布",
        draft.pk: "草稿",
        reviewed.pk: "已发布，有修改没发布，审核中",
    }
    html = client.get(reverse(f"{COURSES}:list")).content.decode()
    assert all(state in html for state in states.values())


def test_a_teacher_writes_and_submits_but_does_not_publish(client):
    teacher = UserFactory(role=Role.TEACHER)
    client.force_login(teacher)
    course = CourseFactory(draft=True)
    edit = reverse(f"{COURSES}:edit", args=[course.pk])
    html = client.get(edit).content.decode()
    assert 'name="action-publish"' not in html
    client.post(edit, course_form(slug=course.slug) | {"action-publish": "1"})
    course.refresh_from_db()
    assert not course.live
    client.post(edit, course_form(slug=course.slug) | {"action-submit": "1"})
    assert course.current_workflow_state.workflow.name == "课程审核"


def approval(course: Course) -> dict[str, str]:
    """The edit form as 批准 in its menu sends it: with the fields as they are."""
    return course_form(title=course.title, slug=course.slug) | {
        "action-workflow-action": "true",
        "workflow-action-name": "approve",
    }


def test_one_approval_on_the_edit_page_publishes(client):
    teacher, admin = UserFactory(role=Role.TEACHER), UserFactory(role=Role.ADMIN)
    course = CourseFactory(draft=True, title="太极拳入门")
    client.force_login(teacher)
    edit = reverse(f"{COURSES}:edit", args=[course.pk])
    client.post(edit, course_form(slug=course.slug) | {"action-submit": "1"})
    client.force_login(admin)
    client.post(edit, approval(course))
    course.refresh_from_db()
    assert course.live
    assert course.current_workflow_state is None
    assert client.get(course.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("missing", ["title", "category"])
def test_a_draft_without_what_every_list_needs_is_not_saved_and_not_lost(client, editor, missing):
    response = client.post(reverse(f"{COURSES}:add"), course_form(description="写了很久的介绍") | {missing: " "})
    assert response.status_code == 200
    html = response.content.decode()
    assert "写了很久的介绍" in html
    errors = [error for errors in response.context["form"].errors.values() for error in errors]
    assert list(response.context["form"].errors) == [missing]
    assert errors[0] in html
    assert not re.search("[A-Za-z]{3}", errors[0])
    assert not Course.objects.exists()


def test_a_draft_may_lack_the_rest(client, editor):
    client.post(reverse(f"{COURSES}:add"), course_form(summary=""))
    assert Course.objects.get().summary == ""


def test_a_senior_has_no_desk(client):
    client.force_login(UserFactory())
    assert client.get(reverse(f"{COURSES}:list")).status_code == 302
    assert client.post(reverse(f"{COURSES}:add"), course_form()).status_code == 302
    assert not Course.objects.exists()


@pytest.mark.parametrize("saved", [True, False])
def test_the_preview_is_the_page_itself(client, editor, saved):
    course = CourseFactory(title="太极拳")
    asset = MediaAssetFactory(source=SourceFactory(ready=True))
    lesson = LessonFactory(course=course, number=1, draft=True)
    address = reverse(f"{LESSONS}:preview_on_edit", args=[lesson.pk]) if saved else reverse(f"{LESSONS}:preview_on_add")
    form = lesson_form(course, number=1 if saved else 2, title="还没保存的名字", media=asset.pk)
    assert client.post(address, form).json()["is_valid"]
    html = client.get(address).content.decode()
    assert "还没保存的名字" in html
    assert f"/media/play/{asset.key}/" in html
    assert "/open/" not in html


def test_the_preview_of_a_course_shows_unsaved_words(client, editor):
    course = LessonFactory(title="起势").course
    address = reverse(f"{COURSES}:preview_on_edit", args=[course.pk])
    assert client.post(address, course_form(title="改过的名字", slug=course.slug)).json()["is_valid"]
    html = client.get(address).content.decode()
    assert "改过的名字" in html
    assert "起势" in html


def quiz_form(*right: bool) -> dict[str, object]:
    """One question whose two answers are marked so."""
    block = "quiz-0-value"
    form: dict[str, object] = {"quiz-count": 1, "quiz-0-deleted": "", "quiz-0-order": "0", "quiz-0-type": "question"}
    form |= {"quiz-0-id": "", f"{block}-text": "头晕了怎么办？", f"{block}-picture": "", f"{block}-explanation": ""}
    form[f"{block}-choices-count"] = len(right)
    for number, (words, is_right) in enumerate(zip(("坐下歇一歇", "接着练"), right, strict=True)):
        item = f"{block}-choices-{number}"
        form |= {f"{item}-deleted": "", f"{item}-order": number, f"{item}-id": "", f"{item}-value-text": words}
        form |= {f"{item}-value-is_right": "on"} if is_right else {}
    return form


@pytest.mark.parametrize(
    ("right", "words"), [((False, False), "请标出哪个答案是对的。"), ((True, True), "只能有一个答案是对的。")]
)
def test_a_question_has_one_right_answer(client, editor, right, words):
    form = lesson_form(CourseFactory()) | quiz_form(*right) | {"action-publish": "1"}
    html = client.post(reverse(f"{LESSONS}:add"), form).content.decode()
    assert json.dumps(words).strip('"') in html  # Wagtail draws blocks from JSON
    assert not Lesson.objects.exists()


def test_a_lesson_with_a_quiz_and_homework_is_published(client, editor):
    form = lesson_form(CourseFactory(), homework="写一个福字") | quiz_form(True, False) | {"action-publish": "1"}
    client.post(reverse(f"{LESSONS}:add"), form)
    lesson = Lesson.objects.get()
    (question,) = questions_of(lesson)
    assert (question.text, question.right, lesson.homework) == ("头晕了怎么办？", 0, "写一个福字")


def test_a_course_does_not_come_before_itself(client, editor):
    course = CourseFactory(title="提高班")
    other = CourseFactory(title="入门班")
    other.prerequisites.add(course)
    other.save()
    edit = reverse(f"{COURSES}:edit", args=[course.pk])
    html = client.post(edit, course_form(slug=course.slug) | {"prerequisites": [other.pk]}).content.decode()
    assert "绕了一圈：要先学“入门班”" in html
    assert "入门班 → 提高班" in html
