"""Codes against the clock, against guessing, against replay."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection

from accounts.enums import CodeState, Role
from accounts.models import AuditEntry, SignInCode, SmsMessage, User
from accounts.models.code import GUESSES
from accounts.operations.codes import (
    A_PHONE_A_DAY,
    A_PHONE_AN_HOUR,
    Next,
    TooSoon,
    answer_code,
    enter_with_name,
    enter_with_password,
    request_code,
    tidy_codes,
)
from core import clock
from core.errors import Refusal
from tests.accounts.factories import UserFactory
from tests.accounts.messages import OTHER, PHONE, code_in, last_code, sent_to, wrong

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def time() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def ask(phone: str = PHONE, network: str = "192.0.2.1") -> SignInCode:
    return request_code(phone=phone, network=network)


def answer(code: SignInCode, digits: str, *known: uuid.UUID) -> Next:
    return answer_code(code_id=code.pk, known=known, digits=digits).next


def test_a_right_code_signs_in_who_has_the_number_once() -> None:
    person = UserFactory(phone=PHONE)
    code = ask()
    found = answer_code(code_id=code.pk, known=[], digits=last_code())
    assert (found.next, found.user) == (Next.SIGN_IN, person)
    code.refresh_from_db()
    assert code.state == CodeState.USED
    with pytest.raises(Refusal, match="已经用过一次"):
        answer(code, last_code())


def test_a_number_nobody_has_becomes_an_account_with_a_name_and_no_trace_of_the_number() -> None:
    code = ask()
    assert answer(code, last_code()) is Next.NAME
    assert not User.objects.filter(phone=PHONE).exists()
    person = enter_with_name(code_id=code.pk, display_name="  王\u200b阿姨 ")
    assert (person.display_name, person.phone, person.has_usable_password()) == ("王阿姨", PHONE, False)
    assert PHONE[3:] not in person.username
    assert person.groups.get().name == Role.SENIOR
    assert AuditEntry.objects.get(verb="person.registered").object_id == str(person.pk)
    with pytest.raises(Refusal, match="从头再登录"):
        enter_with_name(code_id=code.pk, display_name="别人")


@pytest.mark.parametrize("name", ["", " \u200b ", "王" * 41, "打 13812345678", "１３８１２３４５", "\x00\x07"])
def test_a_name_that_cant_be_one_is_refused_and_the_code_stays_good(name: str) -> None:
    code = ask()
    answer(code, last_code())
    with pytest.raises(Refusal):
        enter_with_name(code_id=code.pk, display_name=name)
    assert enter_with_name(code_id=code.pk, display_name="老李").display_name == "老李"


def test_two_pages_that_prove_the_same_new_number_end_in_one_account(time: time_machine.Traveller) -> None:
    first = ask()
    assert answer(first, last_code()) is Next.NAME
    time.shift(61)
    second = ask()
    assert answer(second, last_code()) is Next.NAME
    person = enter_with_name(code_id=first.pk, display_name="王阿姨")
    assert enter_with_name(code_id=second.pk, display_name="老王") == person
    assert person.display_name == "王阿姨"


def test_ten_minutes_and_no_longer(time: time_machine.Traveller) -> None:
    UserFactory(phone=PHONE)
    code = ask()
    time.shift(dt.timedelta(minutes=10))
    with pytest.raises(Refusal, match="过了 10 分钟"):
        answer(code, last_code())
    late = ask()
    time.shift(dt.timedelta(minutes=9, seconds=59))
    assert answer(late, last_code()) is Next.SIGN_IN


def test_five_wrong_guesses_spend_a_code_for_good() -> None:
    UserFactory(phone=PHONE)
    code = ask()
    right = last_code()
    for _ in range(GUESSES - 1):
        with pytest.raises(Refusal, match="验证码不对"):
            answer(code, wrong(right))
    for digits in (wrong(right), right):
        with pytest.raises(Refusal, match=r"填错了 5 次.*再发一次"):
            answer(code, digits)
    code.refresh_from_db()
    assert (code.state, code.wrong_guesses) == (CodeState.ISSUED, GUESSES)


def test_a_strangers_guesses_do_not_spend_my_code(time: time_machine.Traveller) -> None:
    UserFactory(phone=PHONE)
    mine, right = ask(), last_code()
    time.shift(61)
    theirs = ask(network="198.51.100.7")
    for _ in range(GUESSES):
        with pytest.raises(Refusal):
            answer(theirs, wrong(last_code()))
    assert answer(mine, right) is Next.SIGN_IN


def test_guessing_across_sessions_gets_fifty_tries_a_day_in_a_million(time: time_machine.Traveller) -> None:
    UserFactory(phone=PHONE)
    tries = 0
    for minute in range(24 * 60):
        try:
            code = ask(network=f"192.0.2.{minute % 250}")
        except Refusal:
            time.shift(60)
            continue
        for _ in range(GUESSES):
            with pytest.raises(Refusal):
                answer(code, wrong(last_code()))
            tries += 1
        time.shift(60)
    assert tries == A_PHONE_A_DAY * GUESSES


def test_a_late_message_of_the_same_page_is_as_good_as_the_newest(time: time_machine.Traveller) -> None:
    UserFactory(phone=PHONE)
    first, early = ask(), last_code()
    time.shift(61)
    second = ask()
    with pytest.raises(Refusal, match="验证码不对"):
        answer(second, early)
    assert answer(second, early, first.pk, second.pk) is Next.SIGN_IN


def test_the_code_of_another_number_opens_nothing(time: time_machine.Traveller) -> None:
    UserFactory(phone=PHONE)
    UserFactory(phone=OTHER)
    mine, theirs = ask(), ask(OTHER)
    with pytest.raises(Refusal, match="验证码不对"):
        answer(mine, last_code(OTHER) if last_code(OTHER) != last_code() else wrong(last_code()), mine.pk, theirs.pk)
    assert answer_code(code_id=theirs.pk, known=[mine.pk], digits=last_code(OTHER)).user == User.objects.get(
        phone=OTHER
    )


def test_a_phone_gets_one_a_minute_five_an_hour_ten_a_day(time: time_machine.Traveller) -> None:
    ask()
    with pytest.raises(TooSoon, match="刚才已经"):
        ask()
    assert len(sent_to()) == 1
    for _ in range(A_PHONE_AN_HOUR - 1):
        time.shift(60)
        ask()
    time.shift(60)
    with pytest.raises(Refusal, match=r"一小时.*服务电话"):
        ask()
    ask(OTHER)
    time.shift(3600)
    for _ in range(A_PHONE_A_DAY - A_PHONE_AN_HOUR):
        ask()
        time.shift(60)
    time.shift(3600)
    with pytest.raises(Refusal, match="今天"):
        ask()
    time.shift(dt.timedelta(days=1))
    ask()
    assert SmsMessage.objects.count() == A_PHONE_A_DAY + 2


def test_a_network_has_its_share_and_a_class_behind_one_address_fits(settings, time: time_machine.Traveller) -> None:
    settings.SIGN_IN_CODES_A_NETWORK_AN_HOUR = 30
    for number in range(30):
        ask(f"139{number:08}")
    with pytest.raises(Refusal, match="这个网络"):
        ask()
    ask(network="192.0.2.2")
    time.shift(3601)
    ask(OTHER)


def test_of_two_requests_at_one_moment_one_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    ask()
    monkeypatch.setattr("accounts.operations.codes._next_number", lambda *args: 1)
    with pytest.raises(TooSoon):
        ask()
    assert SmsMessage.objects.count() == 1


def test_staff_are_not_let_in_by_a_code_but_choose_a_password() -> None:
    officer = UserFactory(role=Role.EDITOR, phone=PHONE)
    code = ask()
    assert answer(code, last_code()) is Next.PASSWORD
    with pytest.raises(Refusal, match="工作人员"):
        enter_with_name(code_id=code.pk, display_name="x")
    with pytest.raises(Refusal, match="密码"):
        enter_with_password(code_id=code.pk, password="12345")
    assert enter_with_password(code_id=code.pk, password="草原-long-2026") == officer
    officer.refresh_from_db()
    assert officer.check_password("草原-long-2026")
    assert AuditEntry.objects.get(verb="password.chosen").actor == officer
    with pytest.raises(Refusal, match="从头"):
        enter_with_password(code_id=code.pk, password="another-long-one")


def test_a_senior_gets_no_password_this_way_and_a_closed_account_none_at_all() -> None:
    UserFactory(phone=OTHER, role=Role.EDITOR, is_active=False)
    code = ask(OTHER)
    assert answer_code(code_id=code.pk, known=[], digits=last_code(OTHER)).next is Next.SIGN_IN
    new = ask()
    answer(new, last_code())
    with pytest.raises(Refusal, match="不用密码"):
        enter_with_password(code_id=new.pk, password="草原-long-2026")


def test_a_proof_is_good_for_half_an_hour(time: time_machine.Traveller) -> None:
    code = ask()
    answer(code, last_code())
    time.shift(dt.timedelta(minutes=30))
    with pytest.raises(Refusal, match="放得太久"):
        enter_with_name(code_id=code.pk, display_name="王阿姨")


def test_an_unproven_or_invented_code_proves_nothing() -> None:
    for code_id in (ask().pk, uuid.uuid4()):
        with pytest.raises(Refusal):
            enter_with_name(code_id=code_id, display_name="王阿姨")
    assert not User.objects.filter(phone=PHONE).exists()


def test_nothing_readable_lies_in_the_database() -> None:
    code = ask()
    digits = last_code()
    with connection.cursor() as cursor:
        for table in ("accounts_signincode", "accounts_smsmessage"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 two fixed names
            text = str(cursor.fetchall())
            assert PHONE not in text
            assert f"'{digits}'" not in text
    assert code_in(sent_to()[0]) == digits
    assert str(code) == str(code.pk)


def test_old_codes_go_after_two_days(time: time_machine.Traveller) -> None:
    ask()
    time.shift(dt.timedelta(days=1, hours=23))
    tidy_codes()
    assert SignInCode.objects.count() == 1
    time.shift(dt.timedelta(hours=2))
    tidy_codes()
    assert SignInCode.objects.count() == 0
    assert ask().number == 1
    assert clock.now() > START
