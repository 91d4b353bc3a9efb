"""The desk for enrolment: whose offerings a clerk sees, the counter, another number of seats, the workbook."""

from __future__ import annotations

import io
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from accounts.models import RoleAssignment, User
from courses.enums import EnrolmentState
from courses.models import Enrolment, EnrolmentEvent, EnrolmentRule, Offering
from courses.operations.enrolling import enrol, withdraw
from tests.accounts.factories import UserFactory
from tests.accounts.member_factories import MemberFactory
from tests.courses.enrolment import IN_WINDOW, enrol_many, senior, states
from tests.courses.factories import EnrolmentFactory, OfferingFactory, SessionFactory
from tests.places.factories import region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_window():
    with time_machine.travel(IN_WINDOW, tick=False) as clock:
        yield clock


@pytest.fixture
def offering() -> Offering:
    return OfferingFactory(seats=2, course__title="书法")


def clerk_of(offering: Offering, *, role: Role = Role.SITE) -> User:
    clerk = UserFactory(role=role, display_name="站点小李")
    where = {"site": offering.site} if role == Role.SITE else {"region": region("达拉特旗")}
    RoleAssignment.objects.create(user=clerk, role=role, valid_from="2026-01-01", **where)
    return clerk


@pytest.fixture
def clerk(client: Client, offering: Offering) -> User:
    clerk = clerk_of(offering)
    client.force_login(clerk)
    return clerk


def url(name: str, *args: Any) -> str:
    return reverse(f"enrolment:{name}", args=args)


def test_a_clerk_sees_the_offerings_of_their_own_places_alone(client, clerk, offering):
    elsewhere = OfferingFactory(course__title="马头琴")
    page = client.get(url("index")).content.decode()
    assert "书法" in page
    assert "马头琴" not in page
    assert client.get(url("roster", offering.pk)).status_code == 200
    for name in ("roster", "enrol", "export"):
        assert client.get(url(name, elsewhere.pk)).status_code == 404, name
    row = EnrolmentFactory(offering=elsewhere)
    for name in ("withdraw", "claim", "decline"):
        assert client.post(url(name, elsewhere.pk, row.pk)).status_code == 404, name
        assert client.post(url(name, offering.pk, row.pk)).status_code == 404, name
    row.refresh_from_db()
    assert row.state == EnrolmentState.ENROLLED


def test_the_banner_sees_its_sites_and_a_senior_sees_no_desk(client, offering):
    client.force_login(clerk_of(offering, role=Role.BANNER))
    assert "书法" in client.get(url("index")).content.decode()
    client.force_login(senior())
    assert client.get(url("index")).status_code == 302


def test_a_teacher_reads_the_names_of_their_own_offering_and_does_nothing(client, offering):
    teacher = UserFactory(role=Role.TEACHER)
    offering.teacher.user = teacher
    offering.teacher.save()
    row = EnrolmentFactory(offering=offering, person__display_name="张大爷")
    client.force_login(teacher)
    page = client.get(url("roster", offering.pk)).content.decode()
    assert "张大爷" in page
    assert "替学员报名" not in page
    assert client.post(url("withdraw", offering.pk, row.pk)).status_code in (302, 403)
    assert client.get(url("export", offering.pk)).status_code in (302, 403)
    row.refresh_from_db()
    assert row.state == EnrolmentState.ENROLLED


def test_the_counter_finds_and_enrols_and_says_who_did_it(client, clerk, offering):
    person = MemberFactory(full_name="张秀兰", site=offering.site).user
    MemberFactory(full_name="李桂英", site=offering.site)
    MemberFactory(full_name="乌审的张秀兰", region=region("乌审旗"))
    page = client.get(url("enrol", offering.pk), {"q": "秀兰"}).content.decode()
    assert "张秀兰" in page
    assert "李桂英" not in page
    assert "乌审的张秀兰" not in page
    for _ in range(2):
        done = client.post(url("enrol", offering.pk), {"number": person.member_profile.number}, follow=True)
    assert "座次 1 号" in done.content.decode()
    row = Enrolment.objects.get()
    assert (row.person, row.acted_by, row.state) == (person, clerk, "enrolled")
    assert "站点小李" in client.get(url("roster", offering.pk)).content.decode()
    assert client.get(url("print", offering.pk, row.pk)).content.startswith(b"%PDF-")
    client.force_login(person)
    assert "站点小李代办" in client.get(reverse("courses:enrolment", args=[row.pk])).content.decode()


@pytest.mark.parametrize("sent", ["", "0", "-1", "x", "9" * 30, "\x00", "１"])
def test_nobody_is_enrolled_by_a_number_that_is_none(client, clerk, offering, sent):
    assert client.post(url("enrol", offering.pk), {"number": sent}).status_code == 404
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize("words", ["", "张", "\x00", "%", "' OR 1=1 --", "王" * 500])
def test_looking_for_nonsense_finds_nobody(client, clerk, offering, words):
    MemberFactory(full_name="张秀兰")
    answer = client.get(url("enrol", offering.pk), {"q": words})
    assert answer.status_code == 200
    assert "张秀兰" not in answer.content.decode()
    assert client.get(url("index"), {"q": words, "page": words}).status_code == 200


def test_a_whole_number_finds_a_member_from_elsewhere_and_never_a_closed_account(client, clerk, offering):
    gone = MemberFactory(full_name="张大爷", site=offering.site, user__is_active=False)
    visitor = MemberFactory(full_name="张大娘", region=region("乌审旗"))
    page = client.get(url("enrol", offering.pk), {"q": "张大"}).content.decode()
    assert "张大爷" not in page
    assert "张大娘" not in page
    assert "张大娘" in client.get(url("enrol", offering.pk), {"q": visitor.grouped_number}).content.decode()
    assert client.post(url("enrol", offering.pk), {"number": gone.number}).status_code == 404
    client.post(url("enrol", offering.pk), {"number": visitor.number})
    assert offering.enrolments.get().person == visitor.user


def test_concerns_are_read_out_before_the_second_press(client, clerk, offering):
    person = MemberFactory(full_name="张秀兰").user
    mine = SessionFactory(offering__course__title="太极")
    enrol(offering_id=mine.offering_id, person=person)
    SessionFactory(offering=offering, begins_at=mine.begins_at)
    asked = client.post(url("enrol", offering.pk), {"number": person.member_profile.number})
    assert asked.status_code == 422
    assert "撞在一起" in asked.content.decode()
    again = {"number": person.member_profile.number, "accepted": f"clash-{mine.offering_id}"}
    client.post(url("enrol", offering.pk), again)
    assert offering.enrolments.get().state == "enrolled"


def test_a_clerk_answers_and_withdraws_for_somebody(client, clerk, offering):
    rows = enrol_many(offering, 4)
    client.get(url("withdraw", offering.pk, rows[0].pk))
    assert states(offering)[0] == ("enrolled", 1, None)
    client.post(url("withdraw", offering.pk, rows[0].pk))
    client.post(url("decline", offering.pk, rows[2].pk))
    client.post(url("claim", offering.pk, rows[3].pk))
    assert [state for state, _, _ in states(offering)] == ["withdrawn", "enrolled", "waiting", "enrolled"]
    acts = EnrolmentEvent.objects.filter(act__in=("withdrawn", "declined", "claimed"))
    assert {event.acted_by for event in acts} == {clerk}
    late = client.post(url("claim", offering.pk, rows[0].pk), follow=True)
    assert "没有给您留着的名额" in late.content.decode()


def test_the_number_of_seats_is_changed_by_those_who_may_change_the_offering(client, clerk, offering):
    enrol_many(offering, 2)
    refused = client.post(url("seats", offering.pk), {"seats": "1"}, follow=True)
    assert "已经有 2 人占着名额，不能减到 1 个" in refused.content.decode()
    for nonsense in ("", "x", "-3", "9" * 40):
        client.post(url("seats", offering.pk), {"seats": nonsense})
    offering.refresh_from_db()
    assert offering.seats == 2
    client.post(url("seats", offering.pk), {"seats": "3"})
    offering.refresh_from_db()
    assert offering.seats == 3
    teacher = UserFactory(role=Role.TEACHER)
    offering.teacher.user = teacher
    offering.teacher.save()
    client.force_login(teacher)
    client.post(url("seats", offering.pk), {"seats": "9"})
    offering.refresh_from_db()
    assert offering.seats == 3


def test_the_workbook_has_names_and_no_formula_and_no_phone(client, clerk, offering):
    enrol(offering_id=offering.pk, person=senior(display_name="=HYPERLINK(1)", username="13800001234"), acted_by=clerk)
    enrol_many(offering, 2)
    answer = client.get(url("export", offering.pk))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows[0] == ["状态", "座次", "候补顺序", "姓名", "报名时间", "代办人"]
    assert rows[1] == ["已报名", 1, None, "=HYPERLINK(1)", "2026-01-06 09:00", "站点小李"]
    assert sheet["D3"].data_type == "s"
    assert rows[3][:3] == ["候补", None, 1]
    assert "13800001234" not in str(rows)


def test_the_desk_asks_the_same_of_the_database_for_many(client, clerk, offering):
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    enrol_many(offering, 1)
    client.get(url("index"))
    before = queries(url("index")), queries(url("roster", offering.pk))
    for _ in range(5):
        EnrolmentFactory(offering=OfferingFactory(site=offering.site))
    for row in enrol_many(offering, 12)[:2]:
        withdraw(enrolment_id=row.pk)
    assert (queries(url("index")), queries(url("roster", offering.pk))) == before


def test_rules_are_kept_by_the_city_with_their_lots(client):
    client.force_login(UserFactory(role=Role.ADMIN))
    answer = client.post(
        "/admin/snippets/courses/enrolmentrule/add/",
        {
            "region": region("达拉特旗").pk,
            "half_year": "2026H1",
            "most_offerings": "2",
            "points_per_loss": "1",
            "most_points": "3",
            "priority_weights-TOTAL_FORMS": "1",
            "priority_weights-INITIAL_FORMS": "0",
            "priority_weights-MIN_NUM_FORMS": "0",
            "priority_weights-MAX_NUM_FORMS": "1000",
            "priority_weights-0-group": "disabled",
            "priority_weights-0-lots": "2",
            "priority_weights-0-DELETE": "",
            "priority_weights-0-id": "",
        },
    )
    assert answer.status_code == 302
    rule = EnrolmentRule.objects.get()
    assert (rule.most_offerings, list(rule.priority_weights.values_list("group", "lots"))) == (2, [("disabled", 2)])
