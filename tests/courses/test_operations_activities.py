"""Activities: the checklist gates publication, a seat is held by one, and who was there is told honestly."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.acting import Acting
from accounts.enums import Role
from accounts.models import User
from core.errors import Refusal
from courses.checklists import CHECKLISTS, PHONES, YES, YES_OR_NO
from courses.enums import ActivityForm, CheckItem, OfferingState, SignMethod
from courses.models import Activity, ActivityPlace, Attendance, CodeAttempt
from courses.operations.activities import (
    Outline,
    cancel_activity,
    edit_activity,
    give_up_place,
    open_activity,
    publish_activity,
    settle_checklist,
    take_place,
)
from courses.operations.attendance import PaperLine, check_code, check_token, key_in_paper, sign_in, sign_out
from courses.sign_codes import qr_token, spoken_code
from tests.accounts.factories import UserFactory
from tests.courses.factories import SHANGHAI, ActivityFactory, ActivityPlaceFactory
from tests.courses.test_sessions_overlap import at_once
from tests.places.factories import AcademySiteFactory, region

pytestmark = pytest.mark.django_db
NINE = dt.datetime(2026, 3, 10, 9, 0, tzinfo=SHANGHAI)
RELATIVE = {"relative_name": "儿子", "relative_phone": "13800001111"}


@pytest.fixture(autouse=True)
def _winter():
    with time_machine.travel(dt.datetime(2026, 2, 1, 8, 0, tzinfo=SHANGHAI), tick=False):
        yield


@pytest.fixture
def clerk() -> User:
    return UserFactory(role=Role.SITE)


def for_self(person: User) -> Acting:
    return Acting(person=person, by=person)


def outline(**more) -> Outline:
    given = Outline(
        form=ActivityForm.TOUR, title="恩格贝一日游学", summary="", region=region("达拉特旗"), site=None,
        place="学堂东门", begins_at=NINE, ends_at=NINE + dt.timedelta(hours=8), seats=20, leader_name="王芳",
    )  # fmt: skip
    return replace(given, **more)


def answers_for(form: str) -> dict[str, str]:
    """What will do for every line of a form's list."""
    answers = {}
    for item in CHECKLISTS[form]:
        is_number = item == CheckItem.WALKING
        answers[item] = YES if item in YES_OR_NO else "0477-8888888" if item in PHONES else "800" if is_number else "好"
    return answers


@pytest.mark.parametrize("form", ActivityForm.values)
def test_every_form_is_published_once_its_list_is_settled(clerk, form):
    activity = open_activity(outline=outline(form=form), by=clerk)
    with pytest.raises(Refusal, match="还没有填"):
        publish_activity(activity=activity, by=clerk)
    answers = answers_for(form)
    left_out = CHECKLISTS[form][-1]
    missing = settle_checklist(activity=activity, answers={**answers, left_out: " "}, by=clerk)
    assert missing == [f"“{left_out.label}”还没有填"]
    with pytest.raises(Refusal, match=left_out.label):
        publish_activity(activity=activity, by=clerk)
    assert settle_checklist(activity=activity, answers=answers, by=clerk) == []
    assert publish_activity(activity=activity, by=clerk).state == OfferingState.PUBLISHED
    with pytest.raises(Refusal, match="已经公布"):
        publish_activity(activity=activity, by=clerk)


@pytest.mark.parametrize(
    ("item", "answer", "words"),
    [
        (CheckItem.WALKING, "两里地", "整数"),
        (CheckItem.WALKING, "20001", "整数"),
        (CheckItem.WALKING, "-1", "整数"),
        (CheckItem.CONTACT_PHONE, "12345", "手机号"),
        (CheckItem.FIRST_AID, "没有", "一定要带急救箱"),
        (CheckItem.FIRST_AID, "也许", "选有或没有"),
    ],
)
def test_answers_that_cannot_be_right_are_refused(clerk, item, answer, words):
    activity = open_activity(outline=outline(), by=clerk)
    with pytest.raises(Refusal, match=words):
        settle_checklist(activity=activity, answers={item: answer}, by=clerk)
    assert not activity.checks.exists()


def test_a_published_activity_keeps_a_whole_list(clerk):
    activity = ActivityFactory(tour=True)
    with pytest.raises(Refusal, match="没有保存"):
        settle_checklist(activity=activity, answers={}, by=clerk)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"region": None}, "主办地区"),
        ({"place": " "}, "在哪里集合"),
        ({"ends_at": NINE}, "之后"),
        ({"ends_at": NINE + dt.timedelta(days=16)}, "15 天"),
        ({"seats": 0}, "没有保存"),
        ({"title": ""}, "没有保存"),
        ({"form": "郊游"}, "没有保存"),
    ],
)
def test_outlines_that_make_no_sense(clerk, change, words):
    with pytest.raises(Refusal, match=words):
        open_activity(outline=outline(**change), by=clerk)
    assert not Activity.objects.exists()


def test_a_closed_site_hosts_nothing_and_what_is_public_keeps_its_form(clerk):
    closed = AcademySiteFactory(closed_on=dt.date(2026, 3, 1))
    with pytest.raises(Refusal, match="不开放"):
        open_activity(outline=outline(site=closed), by=clerk)
    activity = ActivityFactory(tour=True)
    with pytest.raises(Refusal, match="不能换形式"):
        edit_activity(activity=activity, outline=outline(form=ActivityForm.TALK), by=clerk)
    ActivityPlaceFactory.create_batch(2, activity=activity)
    with pytest.raises(Refusal, match="已经有 2 人报名"):
        edit_activity(activity=activity, outline=outline(seats=1), by=clerk)
    with time_machine.travel(NINE), pytest.raises(Refusal, match="已经开始"):
        edit_activity(activity=activity, outline=outline(), by=clerk)
    edit_activity(activity=activity, outline=outline(seats=3), by=clerk)  # two came when there was no limit
    assert take_place(activity=activity, acting=for_self(UserFactory()), **RELATIVE).seat == 1
    with pytest.raises(Refusal, match="已经满了"):
        take_place(activity=activity, acting=for_self(UserFactory()), **RELATIVE)


def test_another_form_leaves_no_line_of_the_old_list(clerk):
    activity = open_activity(outline=outline(), by=clerk)
    settle_checklist(activity=activity, answers=answers_for(ActivityForm.TOUR), by=clerk)
    edit_activity(activity=activity, outline=outline(form=ActivityForm.VISIT), by=clerk)
    assert {check.item for check in activity.checks.all()} <= set(CHECKLISTS[ActivityForm.VISIT])


def test_a_tour_needs_somebody_to_ring(clerk):
    activity, person = ActivityFactory(tour=True), UserFactory(role=Role.SENIOR)
    for name, phone in (("", ""), ("儿子", ""), ("", "13800001111"), ("儿子", "123")):
        with pytest.raises(Refusal, match="紧急联系人"):
            take_place(activity=activity, acting=for_self(person), relative_name=name, relative_phone=phone)
    place = take_place(
        activity=activity, acting=Acting(person=person, by=clerk), relative_name="儿子", relative_phone="13800001111"
    )
    assert (place.acted_by, place.relative_name) == (clerk, "儿子")
    assert take_place(activity=activity, acting=for_self(person)) == place


def test_seats_run_out_and_come_back(clerk):
    activity = ActivityFactory(seats=1)
    first, second = UserFactory.create_batch(2, role=Role.SENIOR)
    take_place(activity=activity, acting=for_self(first))
    with pytest.raises(Refusal, match="名额已经满了"):
        take_place(activity=activity, acting=for_self(second))
    give_up_place(activity=activity, acting=for_self(first))
    assert take_place(activity=activity, acting=for_self(second)).seat == 1
    with pytest.raises(Refusal, match="没有报名"):
        give_up_place(activity=activity, acting=for_self(first))
    with time_machine.travel(NINE):
        with pytest.raises(Refusal, match="已经开始"):
            give_up_place(activity=activity, acting=for_self(second))
        with pytest.raises(Refusal, match="已经开始"):
            take_place(activity=ActivityFactory(), acting=for_self(first))
        assert take_place(activity=ActivityFactory(), acting=Acting(person=first, by=clerk), at_desk=True).pk
    with pytest.raises(Refusal, match="还不能报名"):
        take_place(activity=ActivityFactory(draft=True), acting=for_self(first))


@pytest.mark.django_db(transaction=True)
def test_the_last_seat_goes_to_one_of_many():
    activity = ActivityFactory(seats=2)
    people = UserFactory.create_batch(5, role=Role.SENIOR)
    refusals = at_once([lambda p=p: take_place(activity=activity, acting=for_self(p)) for p in people])
    assert len(refusals) == 3
    assert sorted(ActivityPlace.objects.values_list("seat", flat=True)) == [1, 2]


def test_cancelling_says_why_and_ends_everything(clerk):
    activity = ActivityFactory()
    with pytest.raises(Refusal, match="写明原因"):
        cancel_activity(activity=activity, reason="", by=clerk)
    cancel_activity(activity=activity, reason="沙尘暴", by=clerk)
    with pytest.raises(Refusal, match="已经取消"):
        take_place(activity=activity, acting=for_self(UserFactory()))
    with time_machine.travel(NINE + dt.timedelta(hours=3)), pytest.raises(Refusal, match="已经结束"):
        cancel_activity(activity=ActivityFactory(), reason="晚了", by=clerk)


@pytest.fixture
def place() -> ActivityPlace:
    return ActivityPlaceFactory()


def come(place: ActivityPlace, key: str = "in-1", method: SignMethod = SignMethod.QR) -> Attendance:
    return sign_in(activity=place.activity, acting=for_self(place.person), method=method, key=key)


def leave(place: ActivityPlace, key: str = "out-1") -> Attendance:
    return sign_out(activity=place.activity, acting=for_self(place.person), method=SignMethod.CODE, key=key)


def test_coming_and_leaving_are_noted_once(place):
    with time_machine.travel(NINE - dt.timedelta(minutes=5), tick=False):
        first = come(place)
    with time_machine.travel(NINE + dt.timedelta(minutes=5), tick=False):
        assert come(place) == first  # a replay
        assert come(place, key="in-2").signed_in_at == NINE - dt.timedelta(minutes=5)  # a second press
    with time_machine.travel(NINE + dt.timedelta(hours=2), tick=False):
        leave(place)
    with time_machine.travel(NINE + dt.timedelta(hours=3), tick=False):
        row = leave(place, key="out-2")
    assert (row.signed_out_at, row.out_key, row.in_method, row.out_method) == (
        NINE + dt.timedelta(hours=2), "out-1", SignMethod.QR, SignMethod.CODE,
    )  # fmt: skip
    assert Attendance.objects.count() == 1


@pytest.mark.parametrize(
    ("minutes", "words"), [(-61, "3 月 10 日（星期二）08:00起可以签到"), (121, "已经结束，不能自己签到")]
)
def test_outside_the_window_nobody_signs_in(place, minutes, words):
    with time_machine.travel(NINE + dt.timedelta(minutes=minutes), tick=False), pytest.raises(Refusal, match=words):
        come(place)


def test_leaving_has_its_rules_too(place):
    with time_machine.travel(NINE, tick=False):
        with pytest.raises(Refusal, match="还没有签到"):
            leave(place)
        come(place)
    with time_machine.travel(NINE + dt.timedelta(hours=4, minutes=1), tick=False), pytest.raises(Refusal, match="补签"):
        leave(place)


def test_who_has_no_place_and_what_is_not_public_is_refused(place):
    with time_machine.travel(NINE, tick=False):
        with pytest.raises(Refusal, match="还没有报名"):
            sign_in(activity=place.activity, acting=for_self(UserFactory()), method=SignMethod.QR, key="x")
        with pytest.raises(Refusal, match="还没有公布"):
            come(ActivityPlaceFactory(activity=ActivityFactory(draft=True)))
        for key in ("", "k" * 65):
            with pytest.raises(Refusal, match="重新打开"):
                come(place, key=key)


def test_one_key_never_counts_for_two_people(place):
    other = ActivityPlaceFactory(activity=place.activity)
    with time_machine.travel(NINE, tick=False):
        come(place, key="same")
        with pytest.raises(Refusal, match="已经用过"):
            come(other, key="same")
    assert Attendance.objects.count() == 1


def test_a_late_scan_and_another_activitys_code_are_refused(place):
    other = ActivityFactory()
    token = qr_token(place.activity.pk, NINE)
    for activity, seconds in ((place.activity, 120), (other, 0)):
        moment = NINE + dt.timedelta(seconds=seconds)
        with time_machine.travel(moment, tick=False), pytest.raises(Refusal, match="再扫一次"):
            check_token(activity=activity, token=token)
    with time_machine.travel(NINE + dt.timedelta(seconds=119), tick=False):
        check_token(activity=place.activity, token=token)


def test_after_five_wrong_codes_one_waits_ten_minutes(place):
    given = {"activity": place.activity, "person": place.person}
    with time_machine.travel(NINE, tick=False):
        right = spoken_code(place.activity.pk, NINE)
        wrong = f"{(int(right) + 1) % 10_000:04d}"
        check_code(**given, code=f" {right} ")
        for _ in range(5):
            with pytest.raises(Refusal, match="不对"):
                check_code(**given, code=wrong)
        with pytest.raises(Refusal, match="次数太多"):
            check_code(**given, code=right)
        check_code(activity=place.activity, person=UserFactory(), code=right)  # another person is not concerned
        assert CodeAttempt.objects.count() == 5
    later = NINE + dt.timedelta(minutes=11)
    with time_machine.travel(later, tick=False):
        check_code(**given, code=spoken_code(place.activity.pk, later))


def test_the_paper_list_is_keyed_in_whole_with_an_honest_mark(place, clerk):
    activity = place.activity
    scanned, forgot_to_leave = ActivityPlaceFactory.create_batch(2, activity=activity)
    with time_machine.travel(NINE, tick=False):
        come(scanned, key="a")
        come(forgot_to_leave, key="b")
    with time_machine.travel(NINE + dt.timedelta(hours=2), tick=False):
        leave(scanned)
    ends = NINE + dt.timedelta(hours=2)
    lines = [PaperLine(row.person, NINE, ends) for row in (place, scanned, forgot_to_leave)]
    with time_machine.travel(NINE + dt.timedelta(days=2), tick=False):
        assert key_in_paper(activity=activity, lines=lines, by=clerk) == 2
        assert key_in_paper(activity=activity, lines=lines, by=clerk) == 0  # again changes nothing
    rows = {row.person_id: row for row in Attendance.objects.all()}
    assert (rows[place.person_id].in_method, rows[place.person_id].in_keyed_by) == (SignMethod.PAPER, clerk)
    assert rows[scanned.person_id].in_method == rows[forgot_to_leave.person_id].in_method == SignMethod.QR
    assert rows[forgot_to_leave.person_id].out_method == SignMethod.PAPER
    assert rows[scanned.person_id].out_method == SignMethod.CODE


def test_one_wrong_line_and_nothing_is_kept(place, clerk):
    good = PaperLine(place.person, NINE, None)
    hour = dt.timedelta(hours=1)
    for wrong, words in (
        (PaperLine(UserFactory(), NINE, None), "第 2 行的人没有报名"),
        (PaperLine(place.person, NINE - 2 * hour, None), "第 2 行的签到时间"),
        (PaperLine(place.person, NINE, NINE - hour), "第 2 行的签退时间"),
        (PaperLine(place.person, NINE, NINE + 5 * hour), "第 2 行的签退时间"),
    ):
        with time_machine.travel(NINE + dt.timedelta(days=1), tick=False), pytest.raises(Refusal, match=words):
            key_in_paper(activity=place.activity, lines=[good, wrong], by=clerk)
    with time_machine.travel(NINE + hour, tick=False), pytest.raises(Refusal, match="还没有到"):
        key_in_paper(activity=place.activity, lines=[PaperLine(place.person, NINE, NINE + 2 * hour)], by=clerk)
    with pytest.raises(Refusal, match="还没有开始"):
        key_in_paper(activity=place.activity, lines=[good], by=clerk)
    with time_machine.travel(NINE + dt.timedelta(days=31), tick=False), pytest.raises(Refusal, match="30 天"):
        key_in_paper(activity=place.activity, lines=[good], by=clerk)
    assert not Attendance.objects.exists()


def test_the_database_refuses_what_cannot_be(place):
    activity, person = place.activity, place.person
    given = {"activity": activity, "person": person, "signed_in_at": NINE, "in_method": "qr", "in_key": "k"}
    for wrong in (
        {"in_method": "鸽子"},
        {"signed_out_at": NINE},
        {"signed_out_at": NINE - dt.timedelta(hours=1), "out_method": "qr", "out_key": "o"},
        {"in_method": "paper"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attendance.objects.create(**given | wrong)
    for make in (
        lambda: ActivityFactory(state=OfferingState.CANCELLED),
        lambda: ActivityFactory(site=None, place="", region=region("达拉特旗")),
        lambda: ActivityPlaceFactory(activity=activity, person=person),
        lambda: ActivityPlaceFactory(seat=0),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()
