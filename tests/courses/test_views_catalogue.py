"""The catalogue as readers see it: pages, time travel, files, differences; wishes and faces."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import re
import zlib
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from core import clock
from courses.enums import CarryPolicy, Category, EnrolmentState
from courses.exports.envelope import prove_file
from courses.models import Course, LearnerNotice, Satisfaction, Wish
from courses.operations.editions.carrying import decide_carry_over
from courses.operations.editions.drafting import add_course, draft_edition, remove_course
from courses.operations.editions.flipping import flip_due_editions
from courses.operations.editions.rollback import roll_back
from media_pipeline.operations.captions import save_captions
from media_pipeline.webvtt import Cue
from tests.accounts.factories import UserFactory
from tests.courses.editions import AUTUMN, SPRING, a_course, finish, published, republish, sealed
from tests.courses.factories import EnrolmentFactory, OfferingFactory
from tests.places.factories import region

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
WINTER = dt.datetime(2025, 12, 1, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _winter(time_machine):
    time_machine.move_to(WINTER, tick=False)


def text(response) -> str:
    return response.content.decode()


def spring_then_autumn(time_machine):
    """Spring published on 1 January, autumn on 1 July with the course under another name."""
    course = a_course("太极")
    spring = sealed(SPRING)
    time_machine.move_to(SPRING.begins_at, tick=False)
    flip_due_editions()
    time_machine.move_to(AUTUMN.begins_at - dt.timedelta(days=20), tick=False)
    republish(course, title="太极新编")
    autumn = sealed(AUTUMN)
    time_machine.move_to(AUTUMN.begins_at, tick=False)
    flip_due_editions()
    return spring, autumn


def test_before_the_first_edition_the_page_is_calm(client):
    response = client.get("/catalogue/")
    assert response.status_code == 200
    assert "课程目录还没有发布" in text(response)
    assert "还没有发布过课程目录" in text(client.get("/catalogue/editions/"))


def test_the_current_edition_stands_by_category_with_its_digest_and_its_classes(client):
    course = a_course("太极", category=Category.HEALTH)
    a_course("认识骗术", category=Category.FRAUD)
    offering = OfferingFactory(course=course, half_year=SPRING)
    edition = published()
    response = client.get("/catalogue/")
    html = text(response)
    assert html.index('id="health"') < html.index("<h3>太极") < html.index('id="fraud"') < html.index("<h3>认识骗术")
    assert edition.manifest_id in html
    assert course.get_absolute_url() in html
    assert f"{offering.site.name}" in html
    assert response["X-Catalogue-SHA256"] == edition.manifest_id
    assert reverse("catalogue:file", args=[edition.code, "pdf"]) in html


def test_the_home_page_leads_to_the_catalogue(client):
    a_course()
    published()
    assert '<a href="/catalogue/">2026 年上半年课程目录</a>' in text(client.get("/"))


def test_the_map_for_search_engines_lists_published_editions_only(client):
    a_course()
    published(SPRING)
    sealed(AUTUMN)
    html = text(client.get("/sitemap.xml"))
    assert "/catalogue/2026H1/" in html
    assert "2026H2" not in html


def test_a_delay_is_told(client, time_machine):
    a_course()
    sealed(SPRING)
    time_machine.move_to(SPRING.begins_at + dt.timedelta(hours=2, minutes=5), tick=False)
    flip_due_editions()
    assert "2026-01-01 02:05 起" in text(client.get("/catalogue/"))
    assert "比原定晚了2 小时 5 分" in text(client.get("/catalogue/"))


def test_longer_lists_of_editions_and_wishes_cost_no_more_queries(client, django_assert_num_queries):
    senior = UserFactory()
    a_course()
    published(SPRING)
    Wish.objects.create(person=senior, half_year=SPRING, category="health", region=region("东胜区"))
    client.force_login(senior)
    for path in ("/catalogue/editions/", "/catalogue/wish/", "/account/me/"):
        client.get(path)
    with django_assert_num_queries(7):
        client.get("/catalogue/editions/")
    with django_assert_num_queries(8):
        client.get("/catalogue/wish/")
    Wish.objects.all().delete()  # a wish without a seat would have to be answered before the next seal
    for _ in range(3):
        published(edition=draft_edition(half_year=SPRING))
    for category in ("health", "culture", "fraud", "life"):
        Wish.objects.create(person=senior, half_year=SPRING, category=category, region=region("东胜区"))
    with django_assert_num_queries(7):
        assert text(client.get("/catalogue/editions/")).count("和上一版比") == 3
    with django_assert_num_queries(8):
        assert text(client.get("/catalogue/wish/")).count("不想学了") == 4


def test_caching_is_honest(client):
    a_course()
    edition = published()
    first = client.get("/catalogue/")
    assert first["Cache-Control"] == "private, no-cache"
    assert first["ETag"].startswith(f'W/"{edition.manifest_id}-')
    again = client.get("/catalogue/", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    client.cookies["text_size"] = "huge"
    larger = client.get("/catalogue/", headers={"if-none-match": first["ETag"]})
    assert larger.status_code == 200
    assert 'data-size="huge"' in text(larger)


def test_an_old_edition_keeps_its_address_and_its_words(client, time_machine):
    spring, autumn = spring_then_autumn(time_machine)
    old, new = text(client.get("/catalogue/2026H1/")), text(client.get("/catalogue/"))
    assert "<h3>太极</h3>" in old
    assert "以前的目录" in old
    assert "<h3>太极新编</h3>" in new
    assert "以前的目录" not in new
    assert spring.get_absolute_url() in new
    assert autumn.get_absolute_url() in old
    assert client.get("/catalogue/2026h1/")["Location"] == "/catalogue/2026H1/"


def test_time_travel_shows_what_readers_saw_at_the_end_of_that_day(client, time_machine):
    spring, autumn = spring_then_autumn(time_machine)
    roll_back(edition=autumn, reason="错了")
    time_machine.move_to(AUTUMN.begins_at + dt.timedelta(days=9), tick=False)
    sha = "X-Catalogue-SHA256"
    assert client.get("/catalogue/?on=2026-03-05")[sha] == spring.manifest_id
    assert client.get("/catalogue/?on=2026-06-30")[sha] == spring.manifest_id
    # Autumn came and was taken back within the day.
    assert client.get("/catalogue/?on=2026-07-01")[sha] == spring.manifest_id
    assert "2026 年 3 月 5 日" in text(client.get("/catalogue/?on=2026-03-05"))


@pytest.mark.parametrize("on", ["2025-12-31", "2026-07-02", "9999-12-31"])
def test_days_without_an_edition_are_said_to_be(client, time_machine, on):
    spring_then_autumn(time_machine)
    response = client.get("/catalogue/", {"on": on})
    assert response.status_code == 404
    assert "那一天没有目录" in text(response)


@pytest.mark.parametrize("on", ["", "昨天", "2026-02-30", "2026-3-5", "0", "../../etc"])
def test_a_day_that_is_none_is_told_in_chinese(client, on):
    a_course()
    published()
    response = client.get("/catalogue/", {"on": on})
    assert response.status_code == 404
    assert "日期没有看懂" in text(response)


@pytest.mark.parametrize(
    "code", ["2026H1", "2026H3", "2027H1", "2026H1-1", "2026H1-x", "2026H1-99999999999", "x" * 300]
)
def test_what_is_not_published_is_not_there(client, code):
    a_course()
    sealed()
    for path in (f"/catalogue/{code}/", f"/catalogue/{code}/catalogue.json", f"/catalogue/compare/{code}/{code}/"):
        assert client.get(path).status_code == 404


def test_every_file_carries_the_digest_of_the_page(client):
    a_course("=1+1 的课", lessons=2)
    edition = published()
    files = {kind: client.get(f"/catalogue/2026H1/catalogue.{kind}") for kind in ("json", "xlsx", "pdf")}
    sha = edition.manifest_id
    assert {response["X-Catalogue-SHA256"] for response in files.values()} == {sha}
    assert {response["ETag"] for response in files.values()} == {f'"{sha}"'}
    proof = prove_file(files["json"].content)
    assert (proof.ok, proof.sha256, proof.codes) == (True, sha, ("2026H1",))
    book = load_workbook(io.BytesIO(files["xlsx"].content))
    assert sha in [cell.value for cell in book["说明"]["B"]]
    cell = book["课程"]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1 的课", "s")
    assert [cell.value for cell in book["各讲"]["C"]][1:] == ["=1+1 的课第1式", "=1+1 的课第2式"]
    assert f"sha256:{sha}".encode() in unpacked(files["pdf"].content)
    assert client.get("/catalogue/2026H1/catalogue.exe").status_code == 404


def unpacked(pdf: bytes) -> bytes:
    """Everything in the compressed streams of a PDF."""
    assert pdf.startswith(b"%PDF-")
    found = b""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with contextlib.suppress(zlib.error):
            found += zlib.decompress(stream)
    return found


def test_a_file_is_not_sent_twice_and_a_changed_one_is_not_proven(client):
    a_course()
    published()
    first = client.get("/catalogue/2026H1/catalogue.json")
    again = client.get("/catalogue/2026H1/catalogue.json", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    changed = json.loads(first.content)
    changed["manifest"]["entries"][0]["course"]["title"] = "改过"
    assert "被改过" in prove_file(json.dumps(changed).encode()).sentence
    changed["sha256"] = ""
    assert "不是我们封存过的" in prove_file(json.dumps(changed).encode()).sentence
    renamed = {**json.loads(first.content), "edition": "2027H1"}
    assert "却写着 2027H1" in prove_file(json.dumps(renamed).encode()).sentence
    assert not prove_file(b"[1, 2.5]").ok


def test_a_longer_catalogue_costs_no_more_queries(client, django_assert_num_queries):
    for number in range(2):
        OfferingFactory(course=a_course(f"课{number}"), half_year=SPRING)
    published()
    client.get("/catalogue/")
    with django_assert_num_queries(7):
        client.get("/catalogue/")
    for number in range(2, 9):
        OfferingFactory(course=a_course(f"课{number}"), half_year=SPRING)
    published(edition=draft_all())
    with django_assert_num_queries(7):
        assert text(client.get("/catalogue/")).count("<h3>") == 9


def draft_all():
    """A correction with every public course."""
    draft = draft_edition(half_year=SPRING)
    for course in Course.objects.filter(live=True).exclude(catalogue_entries__edition=draft):
        add_course(edition=draft, course=course, by=None)
    return draft


def test_the_difference_goes_down_to_a_caption_and_a_teacher(client, time_machine):
    course, gone = a_course("太极", lessons=2), a_course("书法")
    first, second = course.lessons.order_by("number")
    cues = [Cue(0.0, 4.0, "两手托天")]
    save_captions(asset=first.media, cues=cues, author=UserFactory(), based_on=0)
    published()
    republish(course, teacher_name="巴特尔")
    save_captions(asset=first.media, cues=[Cue(0.0, 4.0, "两手托天理三焦")], author=UserFactory(), based_on=1)
    second.unpublish()
    a_course("合唱")
    draft = draft_all()
    remove_course(edition=draft, course=gone, by=None)
    decide_carry_over(edition=draft, course=gone, policy=CarryPolicy.FINISH, until=dt.date(2026, 6, 30))
    published(edition=draft)
    html = text(client.get("/catalogue/compare/2026H1/2026H1-2/"))
    for words in (
        "授课教师由“李长顺”改成“巴特尔”",
        "第 1 讲《太极第1式》的字幕改了（第 1 版 → 第 2 版）",
        "去掉第 2 讲《太极第2式》",
        '<span class="note-word">新开</span>合唱',
        '<span class="note-word">不再开</span>书法',
        '<span class="note-word">停开的去向</span>书法',
    ):
        assert words in html
    assert "无变化" not in html
    assert "无变化" in text(client.get("/catalogue/compare/2026H1/2026H1/"))


def test_a_republished_course_without_a_changed_word_is_said_to_be_that(client):
    course = a_course("太极")
    published()
    republish(course)
    published(edition=draft_edition(half_year=SPRING))
    html = text(client.get("/catalogue/compare/2026H1/2026H1-2/"))
    assert "重新发布过" in html
    assert "无变化" not in html


def test_words_of_editors_are_shown_and_never_run(client):
    a_course("<script>x</script>", summary="<b>粗</b>")
    published()
    for path in ("/catalogue/", "/catalogue/2026H1/"):
        assert "<script>x" not in text(client.get(path))
    assert client.get("/catalogue/2026H1/catalogue.pdf").content.startswith(b"%PDF-")


def wish_form(**fields) -> dict[str, str]:
    return {"category": "culture", "region": str(region("达拉特旗").pk), "words": "二胡"} | fields


def test_a_wish_is_kept_for_the_next_half_year_and_told_again_it_joins(client):
    senior = UserFactory(role=Role.SENIOR)
    client.force_login(senior)
    assert client.post("/catalogue/wish/", wish_form())["Location"] == "/catalogue/wish/?saved=1"
    client.post("/catalogue/wish/", wish_form(words="马头琴、二胡"))
    wish = Wish.objects.get()
    assert (wish.person, wish.half_year, wish.words, wish.acted_by) == (senior, SPRING, "二胡、马头琴", None)
    html = text(client.get("/catalogue/wish/?saved=1"))
    assert "记下了" in html
    assert "二胡、马头琴" in html
    other = UserFactory()
    client.force_login(other)
    assert "马头琴" not in text(client.get("/catalogue/wish/"))
    assert client.post(f"/catalogue/wish/{wish.pk}/withdraw/").status_code == 404
    client.force_login(senior)
    client.post(f"/catalogue/wish/{wish.pk}/withdraw/")
    assert not Wish.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"category": "x"},
        {"category": ""},
        {"region": ""},
        {"region": "999999999999"},
        {"region": "-1"},
        {"region": "甲"},
    ],
)
def test_a_wish_that_lacks_something_is_refused_and_what_was_typed_stays(client, fields):
    client.force_login(UserFactory())
    response = client.post("/catalogue/wish/", wish_form(words="手风琴") | fields)
    assert response.status_code == 400
    assert "没有保存" in text(response)
    assert 'value="手风琴"' in text(response)
    assert not Wish.objects.exists()


def test_a_wish_for_a_village_or_the_whole_city(client):
    client.force_login(UserFactory())
    city = region("鄂尔多斯市")
    assert client.post("/catalogue/wish/", wish_form(region=str(city.pk))).status_code == 400
    client.post("/catalogue/wish/", wish_form(words="长" * 500 + "\x00\u202e"))
    assert len(Wish.objects.get().words) == 200


def test_without_signing_in_nothing_is_kept(client):
    response = client.post("/catalogue/wish/", wish_form())
    assert response.status_code == 403
    assert "请先登录" in text(response)
    assert not Wish.objects.exists()
    assert client.post("/catalogue/rate/x/").status_code == 302


def test_three_faces_after_finishing_and_not_before(client):
    senior = UserFactory(role=Role.SENIOR)
    client.force_login(senior)
    course = a_course("太极")
    assert client.post(f"/catalogue/rate/{course.slug}/", {"face": "good"}).status_code == 400
    finish(senior, course.lessons.get())
    assert "学完了，觉得怎么样？" in text(client.get("/account/me/"))
    assert client.post(f"/catalogue/rate/{course.slug}/", {"face": "<b>"}).status_code == 400
    client.post(f"/catalogue/rate/{course.slug}/", {"face": "good"})
    client.post(f"/catalogue/rate/{course.slug}/", {"face": "fair", "words": "太快"})
    assert Satisfaction.objects.get().face == "fair"
    assert "学完了，觉得怎么样？" not in text(client.get("/account/me/"))


def test_a_class_that_has_ended_counts_as_finished(client):
    course = a_course("合唱", lessons=0)
    ended = OfferingFactory(course=course, ends_on=dt.date(2025, 11, 30), begins_on=dt.date(2025, 9, 1))
    enrolment = EnrolmentFactory(offering=ended)
    left = EnrolmentFactory(offering=ended, state=EnrolmentState.WITHDRAWN)
    client.force_login(enrolment.person)
    client.post(f"/catalogue/rate/{course.slug}/", {"face": "poor"})
    client.force_login(left.person)
    assert client.post(f"/catalogue/rate/{course.slug}/", {"face": "good"}).status_code == 400
    assert Satisfaction.objects.get().person == enrolment.person


def test_a_notice_stands_on_ones_own_page_until_it_is_read(client):
    notice = LearnerNotice.objects.create(
        person=UserFactory(), course=a_course(), about="x", sentence="停开《太极》。", created_at=clock.now()
    )
    client.force_login(UserFactory())
    client.post(f"/catalogue/notice/{notice.pk}/")
    assert "停开" not in text(client.get("/account/me/"))
    client.force_login(notice.person)
    assert "停开《太极》。" in text(client.get("/account/me/"))
    client.post(f"/catalogue/notice/{notice.pk}/")
    assert "停开" not in text(client.get("/account/me/"))


def test_a_damaged_text_is_never_shown(client, monkeypatch):
    a_course("太极")
    published()
    monkeypatch.setattr("courses.queries.editions.manifest.digest", lambda data: "0" * 64)
    for path in ("/catalogue/", "/catalogue/2026H1/catalogue.json", "/catalogue/compare/2026H1/2026H1/"):
        response = client.get(path)
        assert response.status_code == 503
        assert "暂时不能看" in text(response)
        assert "<h3>太极" not in text(response)
