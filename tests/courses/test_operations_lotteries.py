"""The lottery in the database: sealed, drawn at its instant or late, given out, and not to be changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.enums import Circumstance, SmsTemplate
from accounts.models import AuditEntry, MemberCircumstance, SmsMessage
from core.half_year import HalfYear
from courses.errors import EnrolmentRefused, LotteryRefused, SeatsRefused
from courses.lotteries.verifying import faults_of
from courses.models import EnrolmentRule, Lottery, LotteryTicket, Offering, PriorityWeight
from courses.operations.enrolling import enrol, withdraw
from courses.operations.enrolment_sweep import sweep_enrolment
from courses.operations.lotteries import close_lottery, draw_lottery, void_lottery
from courses.operations.seats import change_seats
from courses.operations.waiting import claim_seat
from courses.queries.lotteries import publication
from courses.queries.lottery_weights import losses_before, weights_for
from tests.accounts.member_factories import MemberFactory
from tests.courses.enrolment import AFTER_WINDOW, DRAW, IN_WINDOW, cancel, enrol_many, senior, states
from tests.courses.factories import SHANGHAI, OfferingFactory
from tests.places.factories import region

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_window():
    with time_machine.travel(IN_WINDOW, tick=False) as clock:
        yield clock


@pytest.fixture
def offering() -> Offering:
    """Two seats, five applicants."""
    offering = OfferingFactory(lottery=True, seats=2)
    enrol_many(offering, 5)
    return offering


@pytest.fixture
def sealed(offering, in_window) -> Lottery:
    in_window.move_to(AFTER_WINDOW)
    return close_lottery(offering_id=offering.pk)


def test_nothing_is_sealed_while_people_may_still_apply(offering, in_window):
    with pytest.raises(LotteryRefused, match="2 月 20 日（星期五） 24:00 才截止"):
        close_lottery(offering_id=offering.pk)
    with pytest.raises(LotteryRefused, match="还没有封存"):
        draw_lottery(offering_id=offering.pk)
    in_window.move_to(AFTER_WINDOW)
    with pytest.raises(LotteryRefused, match="不摇号"):
        close_lottery(offering_id=OfferingFactory().pk)
    with pytest.raises(LotteryRefused, match="没有公布"):
        close_lottery(offering_id=OfferingFactory(lottery=True, draft=True).pk)


def test_the_seal_hides_the_seed_and_names_nobody(offering, sealed):
    assert close_lottery(offering_id=offering.pk) == sealed
    assert sealed.draw_at == DRAW
    file = publication(sealed)
    assert "seed" not in file
    assert faults_of(file) == []
    text = json.dumps(file)
    for enrolment in offering.enrolments.all():
        assert enrolment.person.username not in text
        assert enrolment.notices.get().sentence.startswith(f"《{offering.course.title}》报名截止了。您的签号是 ")
    assert sealed.seed == ""
    assert len(sealed.sealed_seed) > 64


def test_the_draw_waits_for_its_instant_and_happens_once(offering, sealed, in_window):
    in_window.move_to(DRAW - dt.timedelta(seconds=1))
    with pytest.raises(LotteryRefused, match="不能提前"):
        draw_lottery(offering_id=offering.pk)
    in_window.move_to(DRAW)
    drawn = draw_lottery(offering_id=offering.pk)
    assert draw_lottery(offering_id=offering.pk).seed == drawn.seed
    assert hashlib.sha256(bytes.fromhex(drawn.seed) + drawn.list_text.encode()).hexdigest() == drawn.commitment
    tickets = list(drawn.tickets.order_by("rank").select_related("enrolment"))
    assert [(t.rank, t.won, t.enrolment.state, t.enrolment.seat, t.enrolment.line) for t in tickets] == [
        (1, True, "enrolled", 1, None),
        (2, True, "enrolled", 2, None),
        (3, False, "waiting", None, 1),
        (4, False, "waiting", None, 2),
        (5, False, "waiting", None, 3),
    ]
    assert faults_of(publication(drawn)) == []
    assert "中签了" in tickets[0].enrolment.notices.first().sentence
    assert "候补第 1 位" in tickets[2].enrolment.notices.first().sentence


def test_who_has_a_phone_hears_of_the_draw_and_the_trail_keeps_seal_and_draw(in_window):
    offering = OfferingFactory(lottery=True, seats=1)
    for number in range(2):
        enrol(offering_id=offering.pk, person=senior(phone=f"1381234567{number}"))
    enrol_many(offering, 1)
    in_window.move_to(AFTER_WINDOW)
    close_lottery(offering_id=offering.pk)
    assert not SmsMessage.objects.exists()
    in_window.move_to(DRAW)
    draw_lottery(offering_id=offering.pk)
    told = set(SmsMessage.objects.values_list("template", flat=True))
    assert told <= {SmsTemplate.LOTTERY_WON, SmsTemplate.LOTTERY_LOST}
    assert SmsMessage.objects.count() == 2
    verbs = AuditEntry.objects.filter(model="courses.Lottery").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["seal_lottery", "draw_lottery"]


def test_the_clock_seals_and_draws_by_itself_and_a_late_one_at_once(offering, in_window):
    in_window.move_to(AFTER_WINDOW - dt.timedelta(seconds=1))
    sweep_enrolment()
    assert not Lottery.objects.exists()
    in_window.move_to(AFTER_WINDOW)
    sweep_enrolment()
    assert Lottery.objects.get().sealed_at == AFTER_WINDOW
    late = DRAW + dt.timedelta(hours=30)
    in_window.move_to(late)
    sweep_enrolment()
    sweep_enrolment()
    lottery = Lottery.objects.get()
    assert lottery.drawn_at - lottery.draw_at == dt.timedelta(hours=30)
    assert sorted(state for state, _, _ in states(offering)) == ["enrolled"] * 2 + ["waiting"] * 3


def test_one_refused_lottery_stops_no_other(offering, in_window):
    other = OfferingFactory(lottery=True)
    enrol_many(other, 1)
    in_window.move_to(AFTER_WINDOW)
    sweep_enrolment()
    broken = Lottery.objects.get(offering=offering)
    Lottery.objects.filter(pk=broken.pk).update(sealed_seed="nothing")
    in_window.move_to(DRAW)
    sweep_enrolment()
    assert Lottery.objects.get(offering=other).drawn_at == DRAW
    assert Lottery.objects.get(offering=offering).drawn_at is None


def test_who_leaves_after_the_seal_is_marked_and_passed_over(offering, sealed, in_window):
    gone = offering.enrolments.first()
    withdraw(enrolment_id=gone.pk)
    closed = offering.enrolments.last().person
    closed.is_active = False
    closed.save()
    in_window.move_to(DRAW)
    drawn = draw_lottery(offering_id=offering.pk)
    file = publication(drawn)
    assert file["withdrawn"] == sorted(
        drawn.tickets.filter(enrolment__person__in=[gone.person, closed]).values_list("number", flat=True)
    )
    assert len(file["won"]) == 2
    assert set(file["won"]).isdisjoint(file["withdrawn"])
    assert faults_of(file) == []
    assert [state for state, _, _ in states(offering)].count("withdrawn") == 2


def test_between_seal_and_draw_nobody_comes_in_and_the_seats_stay(offering, sealed):
    for at_counter in (False, True):
        with pytest.raises(EnrolmentRefused):
            enrol(offering_id=offering.pk, person=senior(), at_counter=at_counter)
    with pytest.raises(SeatsRefused, match="封存"):
        change_seats(offering_id=offering.pk, seats=9, acted_by=senior())
    with pytest.raises(IntegrityError, match="seats_stay_until_the_draw"), transaction.atomic():
        Offering.objects.filter(pk=offering.pk).update(seats=9)


def test_after_the_draw_the_line_moves_and_the_counter_adds_to_its_end(offering, sealed, in_window):
    in_window.move_to(DRAW)
    draw_lottery(offering_id=offering.pk)
    late = enrol(offering_id=offering.pk, person=senior(), at_counter=True)
    assert (late.state, late.line) == ("waiting", 4)
    winner = offering.enrolments.get(seat=1)
    withdraw(enrolment_id=winner.pk)
    assert offering.enrolments.get(state="claimable").line == 1


@pytest.mark.parametrize(
    ("rows", "change", "said"),
    [
        (LotteryTicket, {"weight": 9}, "sealed_ticket_stays"),
        (LotteryTicket, {"number": "1"}, "sealed_ticket_stays"),
        (Lottery, {"seats": 5}, "sealed_lottery_stays"),
        (Lottery, {"commitment": "0" * 64}, "sealed_lottery_stays"),
        (Lottery, {"list_text": "{}"}, "sealed_lottery_stays"),
        (Lottery, {"draw_at": IN_WINDOW}, "sealed_lottery_stays"),
        (Lottery, {"sealed_at": None}, "sealed_lottery_stays"),
    ],
)
def test_the_database_keeps_what_was_sealed(sealed, rows, change, said):
    first = rows.objects.first()
    with pytest.raises(IntegrityError, match=said), transaction.atomic():
        rows.objects.filter(pk=first.pk).update(**change)


def test_the_database_lets_no_ticket_in_or_out_and_no_result_change(offering, sealed, in_window):
    newcomer = offering.enrolments.create(person=senior(), state="applied", applied_at=IN_WINDOW)
    with pytest.raises(IntegrityError, match="sealed_list_stays"), transaction.atomic():
        LotteryTicket.objects.create(lottery=sealed, enrolment=newcomer, number="1", weight=1)
    with pytest.raises(IntegrityError, match="sealed_list_stays"), transaction.atomic():
        sealed.tickets.all()._raw_delete("default")
    with pytest.raises(IntegrityError, match="sealed_lottery_stays"), transaction.atomic():
        Lottery.objects.filter(pk=sealed.pk)._raw_delete("default")
    in_window.move_to(DRAW)
    draw_lottery(offering_id=offering.pk)
    for change in ({"seed": "0" * 64}, {"drawn_at": IN_WINDOW}):
        with pytest.raises(IntegrityError, match="sealed_lottery_stays"), transaction.atomic():
            Lottery.objects.filter(pk=sealed.pk).update(**change)
    with pytest.raises(IntegrityError, match="sealed_ticket_stays"), transaction.atomic():
        sealed.tickets.filter(won=False).update(won=True)


def test_a_seed_that_no_key_opens_is_voided_for_all_to_see_and_sealed_anew(offering, sealed, in_window, settings):
    in_window.move_to(DRAW)
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    with pytest.raises(LotteryRefused, match="SECRET_KEY_FALLBACKS"):
        draw_lottery(offering_id=offering.pk)
    with pytest.raises(LotteryRefused, match="写明"):
        void_lottery(offering_id=offering.pk, reason=" ")
    void_lottery(offering_id=offering.pk, reason="换了机器，种子打不开")
    again = close_lottery(offering_id=offering.pk)
    assert (again.pk != sealed.pk, again.tickets.count()) == (True, 5)
    settings.SECRET_KEY_FALLBACKS = [old]
    in_window.move_to(again.draw_at)
    assert draw_lottery(offering_id=offering.pk).pk == again.pk
    with pytest.raises(LotteryRefused, match="不能作废"):
        void_lottery(offering_id=offering.pk, reason="不喜欢")


def test_an_older_key_still_opens_the_seal(offering, sealed, in_window, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    in_window.move_to(DRAW)
    assert draw_lottery(offering_id=offering.pk).drawn_at == DRAW


def test_a_cancelled_offering_is_not_drawn(offering, sealed, in_window):
    cancel(offering)
    in_window.move_to(DRAW)
    sweep_enrolment()
    with pytest.raises(LotteryRefused, match="取消"):
        draw_lottery(offering_id=offering.pk)


def test_an_offering_that_begins_the_next_morning_is_drawn_within_the_hour(in_window):
    offering = OfferingFactory(lottery=True, begins_on=dt.date(2026, 2, 22))
    in_window.move_to(AFTER_WINDOW)
    assert close_lottery(offering_id=offering.pk).draw_at == AFTER_WINDOW + dt.timedelta(hours=1)


def test_a_lottery_nobody_entered_is_drawn_too(in_window):
    offering = OfferingFactory(lottery=True)
    in_window.move_to(AFTER_WINDOW)
    sweep_enrolment()
    in_window.move_to(DRAW)
    sweep_enrolment()
    assert faults_of(publication(Lottery.objects.get(offering=offering))) == []


def test_lots_come_from_the_rule_the_checked_circumstances_and_nothing_else():
    rule = EnrolmentRule.objects.create(
        half_year=HalfYear(2026, 1), region=region("达拉特旗"), points_per_loss=2, most_points=3
    )
    PriorityWeight.objects.create(rule=rule, group=Circumstance.DISABLED, lots=2)
    offering = OfferingFactory(lottery=True)
    plain, poor, disabled, unchecked = (MemberFactory() for _ in range(4))
    checked = {"checked_by": senior(), "checked_on": IN_WINDOW.date(), "evidence": "证件"}
    for profile, kind in ((poor, "low_income"), (disabled, "disabled"), (disabled, "alone")):
        MemberCircumstance.objects.create(profile=profile, kind=kind, valid_until=AFTER_WINDOW.date(), **checked)
    MemberCircumstance.objects.create(profile=unchecked, kind="disabled")
    found = weights_for(offering, [profile.user_id for profile in (plain, poor, disabled, unchecked)])
    assert [found[profile.user_id].lots for profile in (plain, poor, disabled, unchecked)] == [1, 1, 3, 1]
    assert found[disabled.user_id].reasons == ["人人都有 1 签", "残疾，加 2 签"]


def lose(person: Any, half_year: HalfYear, *, year: int, won: bool = False) -> Any:
    """A past draw of somebody: one seat, one rival, the result written as given."""
    offering = OfferingFactory(
        lottery=True, seats=1, half_year=half_year, begins_on=dt.date(2027, 3, 2), ends_on=dt.date(2027, 6, 8)
    )
    enrolment = enrol(offering_id=offering.pk, person=person)
    lottery = Lottery.objects.create(
        offering=offering, seats=1, list_text="{}", sealed_seed="x", draw_at=IN_WINDOW, seed="0" * 64,
        drawn_at=dt.datetime(year, 2 if half_year.half == 1 else 8, 1, tzinfo=SHANGHAI),
    )  # fmt: skip
    LotteryTicket.objects.create(lottery=lottery, enrolment=enrolment, number="000001", weight=1, rank=1, won=won)
    state = {"state": "enrolled", "seat": 1} if won else {"state": "waiting", "line": 1}
    offering.enrolments.filter(pk=enrolment.pk).update(**state)
    return enrolment


def test_points_are_carried_over_spent_by_winning_and_not_by_declining():
    person = senior()
    now = OfferingFactory(lottery=True, half_year=HalfYear(2026, 1))
    EnrolmentRule.objects.create(half_year=HalfYear(2024, 1), region=region("鄂尔多斯市"), most_offerings=20)

    def points() -> int:
        return losses_before(now, [person.pk]).get(person.pk, 0)

    lose(person, HalfYear(2024, 1), year=2024)
    lose(person, HalfYear(2024, 2), year=2024)
    assert points() == 2
    lose(person, HalfYear(2025, 1), year=2025, won=True)
    assert points() == 0
    later = lose(person, HalfYear(2025, 2), year=2025)
    assert points() == 1
    lose(person, HalfYear(2026, 1), year=2026)
    assert points() == 1, "this half-year's draws count from the next on"
    later.offering.enrolments.filter(pk=later.pk).update(state="claimable", seat=1, claim_until=DRAW)
    claim_seat(enrolment_id=later.pk)
    assert points() == 0, "the seat came to them after all"


def run(*args: str) -> str:
    from io import StringIO

    out = StringIO()
    call_command("lottery", *args, stdout=out)
    return out.getvalue()


def test_the_command_closes_draws_and_verifies(offering, in_window, tmp_path):
    in_window.move_to(AFTER_WINDOW)
    sealed = json.loads(run("close", str(offering.pk), "--json"))
    before = tmp_path / "sealed.json"
    before.write_text(run("publish", str(offering.pk)))
    assert json.loads(before.read_text()) == sealed
    assert "还没有摇号" in run("verify", str(offering.pk))
    in_window.move_to(DRAW)
    assert "封存码" in run("draw", str(offering.pk))
    after = tmp_path / "drawn.json"
    after.write_text(run("publish", str(offering.pk)))
    assert "5 个签号，名单、种子、名次和中签都与封存码相符。" in run("verify", str(after), "--sealed", str(before))
    assert json.loads(run("verify", str(offering.pk), "--json"))["ok"] is True


def test_the_command_names_what_was_changed_and_says_so_by_its_exit_code(offering, sealed, in_window, tmp_path):
    in_window.move_to(DRAW)
    draw_lottery(offering_id=offering.pk)
    file = json.loads(run("publish", str(offering.pk)))
    file["tickets"][0]["weight"] += 1
    path = tmp_path / "drawn.json"
    path.write_text(json.dumps(file))
    with pytest.raises(CommandError) as wrong:
        run("verify", str(path))
    assert wrong.value.returncode == 1
    for content in ("", "{", "[" * 100_000, "{}", "\x00", '{"algorithm": "yinling-lottery-1"}'):
        path.write_text(content)
        with pytest.raises(CommandError) as unreadable:
            run("verify", str(path))
        assert unreadable.value.returncode == 2
    for args in (("verify", "/nowhere.json"), ("verify", "999999"), ("draw", "999999"), ("publish", "999999")):
        with pytest.raises(CommandError) as missing:
            run(*args)
        assert missing.value.returncode == 2
    with pytest.raises(CommandError, match="不能作废") as refused:
        run("void", str(offering.pk), "--reason", "不喜欢")
    assert refused.value.returncode == 1


def test_verifying_a_file_needs_no_database(tmp_path, offering, sealed, in_window, django_assert_num_queries):
    in_window.move_to(DRAW)
    draw_lottery(offering_id=offering.pk)
    path = tmp_path / "drawn.json"
    path.write_text(run("publish", str(offering.pk)))
    with django_assert_num_queries(0):
        run("verify", str(path))
