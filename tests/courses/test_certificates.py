"""Certificates: issued once, for what is finished; the paper says what the row says; anybody can verify it."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
import segno
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from accounts.access import masked_name
from accounts.enums import Role
from accounts.models import AuditEntry, User
from courses.certificates import ALPHABET, digest_of, new_code, paper, tidy_code, verification_url
from courses.errors import CertificateRefused
from courses.models import Certificate, Course, LessonProgress
from courses.operations.certificates import issue_certificate, revoke_certificate
from courses.operations.progress import count_reports
from courses.queries.certificates import courses_to_certify, verify
from tests.accounts.factories import UserFactory
from tests.courses.factories import CourseFactory
from tests.courses.watching import Screen, a_lesson

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 2, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def moment():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def senior(moment) -> User:
    return UserFactory(last_name="王", first_name="秀英")


@pytest.fixture
def course(moment) -> Course:
    course = CourseFactory(title="八段锦入门")
    for number in (1, 2):
        a_lesson(duration=3600.0, course=course, number=number)
    return course


def watch_all(person: User, course: Course, moment, *, but: int = 0) -> None:
    """Every lesson of the course in real time, the last `but` of them left out."""
    lessons = list(course.lessons.order_by("number"))
    for lesson in lessons[: len(lessons) - but]:
        screen = Screen(person, lesson)
        moment.shift(3600)
        screen.report((0, 3600, 0, 3600), place=(3600, 3600))


@pytest.fixture
def certificate(senior, course, moment) -> Certificate:
    watch_all(senior, course, moment)
    return issue_certificate(user=senior, course=course)


def test_all_lessons_watched_give_a_certificate_at_once_and_only_one(senior, course, moment):
    watch_all(senior, course, moment)
    made = issue_certificate(user=senior, course=course)
    assert (made.name, made.course_title, made.lesson_count) == ("王秀英", "八段锦入门", 2)
    assert (made.hours, made.finished_on) == (Decimal("2.0"), dt.date(2026, 11, 2))
    moment.shift(3600)
    count_reports(wait=0)
    assert issue_certificate(user=senior, course=course) == made
    assert Certificate.objects.count() == 1


def test_a_lesson_left_out_refuses_it_and_nothing_is_written(senior, course, moment):
    watch_all(senior, course, moment, but=1)
    with pytest.raises(CertificateRefused, match="还有几讲没有学完"):
        issue_certificate(user=senior, course=course)
    with pytest.raises(CertificateRefused, match="没有学完"):
        issue_certificate(user=senior, course=CourseFactory())
    assert not Certificate.objects.exists()


def test_a_draft_lesson_asks_nothing_of_anybody(senior, course, moment):
    a_lesson(course=course, number=3, live=False)
    watch_all(senior, course, moment, but=1)
    assert issue_certificate(user=senior, course=course).lesson_count == 2


def test_a_sign_in_name_never_stands_on_paper(course, moment):
    nameless = UserFactory(username="13800000000", display_name="")
    watch_all(nameless, course, moment)
    with pytest.raises(CertificateRefused, match="什么名字"):
        issue_certificate(user=nameless, course=course)
    nameless.display_name = "王阿姨"
    nameless.save()
    assert issue_certificate(user=nameless, course=course).name == "王阿姨"


def test_what_is_printed_stays_when_course_and_name_change(certificate, senior, course):
    before = digest_of(certificate)
    course.title, senior.last_name = "别的课", "李"
    course.save()
    senior.save()
    again = issue_certificate(user=senior, course=course)
    assert (again.name, again.course_title, again.digest, digest_of(again)) == ("王秀英", "八段锦入门", before, before)


def test_courses_are_offered_when_all_of_them_is_counted_and_no_longer_when_certified(
    senior, course, moment, django_assert_num_queries
):
    other = a_lesson().course
    CourseFactory()
    watch_all(senior, course, moment)
    count_reports(wait=0)
    with django_assert_num_queries(1):
        assert list(courses_to_certify(senior)) == [course]
    assert list(courses_to_certify(UserFactory())) == []
    issue_certificate(user=senior, course=course)
    assert list(courses_to_certify(senior)) == []
    assert other not in courses_to_certify(senior)


def test_taking_back_needs_a_reason_happens_once_and_is_final(certificate, senior, course):
    clerk = UserFactory(role=Role.ADMIN)
    with pytest.raises(CertificateRefused, match="写明"):
        revoke_certificate(certificate=certificate, by=clerk, reason="  ")
    taken = revoke_certificate(certificate=certificate, by=clerk, reason="代看")
    assert (taken.revoked_by, taken.revoked_because) == (clerk, "代看")
    assert list(AuditEntry.objects.order_by("pk").values_list("actor", "verb", "after")) == [
        (senior.pk, "certificate.issued", {}),
        (clerk.pk, "certificate.revoked", {"reason": "代看"}),
    ]
    with pytest.raises(CertificateRefused, match="已经收回"):
        revoke_certificate(certificate=certificate, by=clerk, reason="再来")
    with pytest.raises(CertificateRefused, match="不能再领"):
        issue_certificate(user=senior, course=course)


@pytest.mark.parametrize(
    "fields",
    [{"revoked_at": NOON}, {"revoked_because": "x"}, {"name": ""}, {"lesson_count": 0}],
)
def test_the_database_refuses_a_certificate_that_cannot_be(certificate, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**fields)


def test_the_database_refuses_a_second_one(certificate):
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(
            **{
                name: getattr(certificate, name)
                for name in ("user", "course", "name", "course_title", "lesson_count", "hours", "finished_on")
            },
            code=new_code(),
            issued_at=NOON,
            digest="",
        )


@given(st.text(max_size=40))
def test_whatever_is_typed_is_tidied_into_a_code_or_nothing(typed):
    tidy = tidy_code(typed)
    assert set(tidy) <= set(ALPHABET + "-")
    assert len(tidy) <= 19
    assert tidy_code(tidy) == tidy


def test_codes_are_long_random_and_forgive_how_they_are_typed():
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    code = codes.pop()
    assert re.fullmatch(rf"([{ALPHABET}]{{4}}-){{3}}[{ALPHABET}]{{4}}", code)
    assert tidy_code(f" {code.lower().replace('-', ' ')} ") == code


def test_strangers_learn_the_surname_alone(client, certificate):
    assert masked_name("王秀英") == "王**"
    assert masked_name("") == ""
    html = client.get(reverse("study:verify", args=[certificate.code])).content.decode()
    assert "这张证书是真的，有效" in html
    assert "王**" in html
    assert "秀英" not in html
    for said in ("八段锦入门", "共 2 讲", "2026 年 11 月 2 日", certificate.digest):
        assert said in html


def test_typed_by_hand_it_is_found_and_a_wrong_one_is_not_there(client, certificate):
    typed = certificate.code.lower().replace("-", " ")
    response = client.get(reverse("study:verify-form"), {"code": typed})
    assert response.headers["Location"] == reverse("study:verify", args=[certificate.code])
    assert client.get(reverse("study:verify-form")).status_code == 200
    for wrong in ("AAAA-BBBB-CCCC-DDDD", "不是编号", "'; DROP TABLE", "x" * 300):
        response = client.get(reverse("study:verify", args=[wrong]))
        assert response.status_code == 404
        assert "没有编号是" in response.content.decode()
    assert client.get(reverse("study:verify-form"), {"code": "！！"}).status_code == 404


def test_one_taken_back_or_changed_behind_our_back_is_found_out(client, certificate):
    address = reverse("study:verify", args=[certificate.code])
    Certificate.objects.filter(pk=certificate.pk).update(course_title="博士课")
    assert "不能作准" in client.get(address).content.decode()
    Certificate.objects.filter(pk=certificate.pk).update(course_title="八段锦入门")
    revoke_certificate(certificate=certificate, by=UserFactory(role=Role.ADMIN), reason="请人代看，已谈话")
    html = client.get(address).content.decode()
    assert "收回，不再有效" in html
    assert "代看" not in html
    found = verify(certificate.code)
    assert found
    assert found.state == "revoked"


def pages_of(pdf: bytes, folder: Path) -> tuple[str, Path]:
    """(text, picture of the first page at 150 dots an inch) of a PDF."""
    file = folder / "paper.pdf"
    file.write_bytes(pdf)
    text = subprocess.run(["/usr/bin/pdftotext", "-raw", str(file), "-"], check=True, capture_output=True, text=True)
    command = ["/usr/bin/pdftoppm", "-r", "150", "-gray", "-png", "-singlefile", str(file), str(folder / "page")]
    subprocess.run(command, check=True)
    return text.stdout, folder / "page.png"


def read_modules(picture: Path, count: int) -> list[list[bool]]:
    """The dark modules of the QR code at the lower left of the paper, row by row."""
    page = Image.open(picture).convert("L")
    wide, high = page.size
    # Inside the border, left of the words beside it.
    corner = page.crop((round(wide * 0.12), round(high * 0.72), round(wide * 0.345), round(high * 0.88)))
    dark = corner.point(lambda value: 255 if value < 128 else 0)
    left, top, right, bottom = dark.getbbox()
    step_x, step_y = (right - left) / count, (bottom - top) / count
    return [
        [
            dark.getpixel((int(left + (column + 0.5) * step_x), int(top + (row + 0.5) * step_y))) > 0
            for column in range(count)
        ]
        for row in range(count)
    ]


def test_the_paper_is_one_page_that_says_all_of_it_and_its_code_leads_to_the_verification(certificate, tmp_path):
    text, picture = pages_of(paper(certificate), tmp_path)
    said = re.sub(r"\s", "", text)
    for words in ("结业证书", "王秀英", "《八段锦入门》全部2讲", "学习2.0小时", "2026年11月2日", certificate.code):
        assert re.sub(r"\s", "", words) in said
    assert certificate.digest[:8] in said
    assert text.count("\f") == 1
    url = verification_url(certificate)
    assert url.endswith(f"/verify/{certificate.code}/")
    wanted = [[bool(module) for module in row] for row in segno.make(url, error="m").matrix]
    assert read_modules(picture, len(wanted)) == wanted


def test_words_of_people_on_paper_are_words_and_nothing_is_fetched(certificate, tmp_path):
    certificate.name = "<img src='file:///etc/hostname'>"
    certificate.course_title = "<style>*{display:none}</style>《》"
    text, _ = pages_of(paper(certificate), tmp_path)
    assert "<img" in text
    assert "结业证书" in re.sub(r"\s", "", text)


def test_only_the_person_gets_the_paper(client, certificate, senior):
    address = reverse("study:certificate", args=[certificate.code])
    assert "/account/sign-in/" in client.get(address).headers["Location"]
    client.force_login(UserFactory(role=Role.ADMIN))
    assert client.get(address).status_code == 404
    client.force_login(senior)
    response = client.get(address)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert "no-store" in response.headers["Cache-Control"]
    revoke_certificate(certificate=certificate, by=UserFactory(role=Role.ADMIN), reason="x")
    assert client.get(address).status_code == 404


def test_a_person_asks_for_it_on_their_own_page_and_is_told_when_it_is_too_early(client, senior, course, moment):
    client.force_login(senior)
    address = reverse("study:certify", args=[course.slug])
    refused = client.post(address)
    assert refused.status_code == 409
    assert "还有几讲没有学完" in refused.content.decode()
    watch_all(senior, course, moment)
    count_reports(wait=0)
    html = client.get(reverse("study:study")).content.decode()
    assert "证书上写：<b>王秀英</b>" in html
    assert address in html
    client.post(address)
    made = Certificate.objects.get()
    html = client.get(reverse("study:study")).content.decode()
    assert reverse("study:certificate", args=[made.code]) in html
    assert address not in html
    assert client.get(address).status_code == 405
    assert client.post(reverse("study:certify", args=["nowhere"])).status_code == 404


def test_a_clerk_finds_a_certificate_and_takes_it_back_and_nobody_edits_one(client, certificate):
    base = "wagtailsnippets_courses_certificate"
    revoke = reverse("revoke_certificate", args=[certificate.pk])
    client.force_login(UserFactory(role=Role.EDITOR))
    assert client.post(revoke, {"reason": "x"}).status_code in {302, 403}
    assert not Certificate.objects.filter(revoked_at__isnull=False).exists()
    client.force_login(UserFactory(role=Role.ADMIN))
    assert certificate.code in client.get(reverse(f"{base}:list"), {"q": "王秀"}).content.decode()
    assert certificate.code not in client.get(reverse(f"{base}:list"), {"state": "revoked"}).content.decode()
    look = client.get(reverse(f"{base}:inspect", args=[certificate.pk])).content.decode()
    assert revoke in look
    for door in ("edit", "delete"):
        assert client.get(reverse(f"{base}:{door}", args=[certificate.pk])).status_code in {302, 403}
    assert client.post(revoke, {"reason": ""}).status_code == 422
    client.post(revoke, {"reason": "代看"})
    certificate.refresh_from_db()
    assert certificate.revoked_because == "代看"
    assert revoke not in client.get(reverse(f"{base}:inspect", args=[certificate.pk])).content.decode()


def test_many_certificates_cost_the_desk_no_more_queries(client, course, django_assert_max_num_queries):
    client.force_login(UserFactory(role=Role.ADMIN))
    for number in range(12):
        person = UserFactory()
        LessonProgress.objects.bulk_create(
            LessonProgress(user=person, lesson=lesson, finished_at=NOON, rule_version=1, counted_at=NOON)
            for lesson in course.lessons.all()
        )
        issue_certificate(user=person, course=course)
        if number == 0:
            client.get(reverse("wagtailsnippets_courses_certificate:list"))
    with django_assert_max_num_queries(16):
        client.get(reverse("wagtailsnippets_courses_certificate:list"))
