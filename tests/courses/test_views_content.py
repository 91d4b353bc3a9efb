"""Words, documents, quiz and homework of a lesson, as a visitor meets them."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from core.models import SiteDocument
from courses.enums import Audience, CourseLevel, TeachingForm
from courses.models import Homework, Lesson, QuizAttempt
from courses.operations.homework import send_homework
from tests.accounts.factories import UserFactory
from tests.courses.content import photograph, with_quiz
from tests.courses.factories import CourseFactory, EnrolmentFactory, LessonFactory, OfferingFactory, TeacherFactory

pytestmark = pytest.mark.django_db


def page(client, address: str, **given) -> str:
    return client.get(address, **given).content.decode()


def quiz_of(lesson: Lesson) -> str:
    return reverse("courses:quiz", args=[lesson.course.slug, lesson.number])


def homework_of(lesson: Lesson) -> str:
    return reverse("courses:homework", args=[lesson.course.slug, lesson.number])


def with_document(lesson: Lesson, document: SiteDocument) -> Lesson:
    lesson.body = [
        ("text", "<h2>口诀</h2><p>两手托天理三焦</p>"),
        ("document", {"document": document, "words": "口诀一页"}),
    ]
    lesson.save()
    return lesson


@pytest.fixture
def document() -> SiteDocument:
    return SiteDocument.objects.create(title="口诀", file=ContentFile("两手托天".encode(), name="koujue.txt"))


def test_a_lesson_shows_its_words_documents_quiz_and_homework(client, document) -> None:
    lesson = with_quiz(with_document(LessonFactory(homework="拍一张您练功的照片"), document))
    html = page(client, lesson.get_absolute_url())
    assert "两手托天理三焦" in html
    assert f'href="{document.url}"' in html
    assert "口诀一页" in html
    assert "2 道题" in html
    assert quiz_of(lesson) in html
    assert "拍一张您练功的照片" in html


def test_a_lesson_without_them_shows_no_empty_headings(client) -> None:
    html = page(client, LessonFactory().get_absolute_url())
    assert [words for words in ("文字和资料", "小测验", "作业") if words in html] == []


@pytest.mark.parametrize(
    ("audience", "live", "answers"),
    [(Audience.PUBLIC, True, [200, 200]), (Audience.MEMBERS, True, [404, 200]), (Audience.PUBLIC, False, [404, 404])],
)
def test_a_document_follows_its_lesson(client, document, audience, live, answers) -> None:
    with_document(LessonFactory(audience=audience, live=live), document)
    stranger = client.get(document.url).status_code
    client.force_login(UserFactory(role=Role.SENIOR))
    assert [stranger, client.get(document.url).status_code] == answers
    client.force_login(UserFactory(role=Role.ADMIN, is_superuser=True))
    assert client.get(document.url).status_code == 200


def test_a_document_of_no_lesson_is_as_open_as_before(client, document) -> None:
    assert client.get(document.url).status_code == 200


def test_someone_answers_all_questions_and_reads_the_result(client) -> None:
    lesson = with_quiz(LessonFactory())
    client.force_login(UserFactory())
    html = page(client, quiz_of(lesson))
    assert "第 1 题，共 2 题" in html
    assert html.count('class="choice"') == 3
    html = client.post(quiz_of(lesson), {"n": "1", "choice": "0"}, follow=True).content.decode()
    assert "不是这个，答案是：站稳，放松" in html
    assert "讲解：站稳，放松" in html
    assert "第 2 题" in page(client, quiz_of(lesson))  # comes back where one stopped
    html = client.post(quiz_of(lesson), {"n": "2", "choice": "0"}, follow=True).content.decode()
    assert "✓ 答对了" in html
    result = reverse("courses:quiz-result", args=[lesson.course.slug, lesson.number])
    assert result in html
    assert "2 道题" in page(client, result)
    assert "答对了 1 道" in page(client, result)
    assert client.get(quiz_of(lesson)).headers["Location"] == result
    assert "第 1 题" in page(client, quiz_of(lesson), data={"again": "1"})


def test_someone_not_signed_in_tries_without_leaving_anything(client) -> None:
    lesson = with_quiz(LessonFactory())
    html = client.post(quiz_of(lesson), {"n": "2", "choice": "0"}).content.decode()
    assert "✓ 答对了" in html
    result = reverse("courses:quiz-result", args=[lesson.course.slug, lesson.number])
    assert "登录以后再做" in page(client, result)
    assert not QuizAttempt.objects.exists()


@pytest.mark.parametrize(
    "sent", [{}, {"n": "1"}, {"n": "9", "choice": "0"}, {"n": "１", "choice": "0"}, {"n": "1", "choice": "-1"}]
)
def test_broken_answers_are_answered_with_words(client, sent) -> None:
    lesson = with_quiz(LessonFactory())
    client.force_login(UserFactory())
    response = client.post(quiz_of(lesson), sent)
    assert response.status_code == 422
    assert "请点一个答案" in response.content.decode()
    response = client.post(quiz_of(lesson), {"n": "1", "choice": "7"})
    assert "没有记下您的答案" in response.content.decode()
    assert not QuizAttempt.objects.exists()


def test_the_quiz_of_a_lesson_for_learners_asks_to_sign_in_first(client) -> None:
    lesson = with_quiz(LessonFactory(audience=Audience.MEMBERS))
    assert client.get(quiz_of(lesson)).headers["Location"] == lesson.get_absolute_url()
    assert client.get(quiz_of(with_quiz(LessonFactory(live=False)))).status_code == 404


def test_homework_is_sent_seen_and_taken_back(client, django_capture_on_commit_callbacks) -> None:
    lesson, person = LessonFactory(homework="写一个“福”字"), UserFactory()
    assert "/account/sign-in/" in client.get(homework_of(lesson)).headers["Location"]
    client.force_login(person)
    upload = SimpleUploadedFile("../../福.jpg", photograph().getvalue(), "image/jpeg")
    response = client.post(homework_of(lesson), {"picture": upload, "words": "第三遍"}, follow=True)
    assert "✓ 交好了" in response.content.decode()
    row = Homework.objects.get()
    picture = reverse("courses:homework-picture", args=[row.pk])
    response = client.get(picture)
    assert (response.headers["Content-Type"], response.headers["Cache-Control"]) == ("image/jpeg", "private, no-store")
    assert b"".join(response.streaming_content).startswith(b"\xff\xd8")
    assert client.get(f"/files/{row.picture.name}").status_code == 404
    take_back = reverse("courses:homework-take-back", args=[row.pk])
    client.force_login(UserFactory())
    assert (client.get(picture).status_code, client.post(take_back).status_code) == (404, 404)
    client.logout()
    assert client.get(picture).status_code == 404
    client.force_login(person)
    with django_capture_on_commit_callbacks(execute=True):
        assert "已经撤回" in client.post(take_back, follow=True).content.decode()
    assert not Homework.objects.exists()


@pytest.mark.parametrize("given", [{}, {"picture": SimpleUploadedFile("a.jpg", b"not a picture")}])
def test_homework_that_is_none_keeps_the_words(client, given) -> None:
    lesson = LessonFactory(homework="写字")
    client.force_login(UserFactory())
    response = client.post(homework_of(lesson), {**given, "words": "练了三天"})
    assert response.status_code == 422
    assert 'value="练了三天"' in response.content.decode()
    assert "没有收下" in response.content.decode() or "没有选照片" in response.content.decode()


def test_a_teacher_answers_and_the_learner_reads_it(client, django_assert_max_num_queries) -> None:
    lesson, teacher = LessonFactory(homework="写字"), TeacherFactory(user=UserFactory(display_name="赵老师"))
    offering = OfferingFactory(course=lesson.course, teacher=teacher, seats=20)
    for _ in range(4):
        person = EnrolmentFactory(offering=offering).person
        send_homework(person=person, lesson=lesson, file=photograph(), size=900)
    client.force_login(teacher.user)
    inbox = reverse("courses:homework-inbox")
    assert "有 4 份作业等您看" in page(client, reverse("accounts:me"))
    with django_assert_max_num_queries(12):
        assert page(client, inbox).count("<textarea") == 4
    row = Homework.objects.first()
    response = client.post(inbox, {"homework": row.pk, "answer": " "})
    assert "请写 1 到 300 个字" in response.content.decode()
    client.post(inbox, {"homework": row.pk, "answer": "横平竖直，好"})
    assert page(client, inbox).count("<textarea") == 3
    assert page(client, inbox, data={"all": "1"}).count("<textarea") == 4
    client.force_login(row.person)
    assert "横平竖直，好" in page(client, homework_of(lesson))
    assert client.post(inbox, {"homework": row.pk, "answer": "改"}).status_code == 404
    assert client.post(inbox, {"homework": "9" * 40, "answer": "改"}).status_code == 404


def test_the_list_narrows_by_form_and_level_and_keeps_the_category(client) -> None:
    live = CourseFactory(title="网上的提高班", form=TeachingForm.LIVE, level=CourseLevel.ADVANCED)
    CourseFactory(title="入门录像")
    html = page(client, reverse("courses:list"), data={"form": "live", "category": live.category})
    assert ("网上的提高班" in html, "入门录像" in html) == (True, False)
    assert "?category=health&amp;form=live&amp;level=advanced" in html
    assert 'href="?category=health"' in html  # pressing 线上直播 again drops it
    html = page(client, reverse("courses:list"), data={"level": "nonsense"})
    assert "这一类还没有课" in html


def test_a_course_names_what_to_learn_before_but_no_draft(client) -> None:
    course = CourseFactory(title="太极拳二十四式", hours=16)
    course.prerequisites.add(CourseFactory(title="太极基本功"), CourseFactory(title="还没写好的课", draft=True))
    course.save()
    html = page(client, course.get_absolute_url())
    assert "最好先学过" in html
    assert "太极基本功" in html
    assert "还没写好的课" not in html
    assert "16 学时" in html
