"""Two at the same moment: one message, one use of a code, one account, one role."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import connection

from accounts.enums import CodeState, Role
from accounts.models import RoleAssignment, SignInCode, SmsMessage, User
from accounts.operations.codes import Next, answer_code, enter_with_name, request_code
from accounts.operations.roles import grant_role
from accounts.operations.sms import send_message
from accounts.queries.roles import Place
from core import clock
from core.errors import Refusal
from tests.accounts.factories import UserFactory
from tests.accounts.messages import PHONE, last_code
from tests.places.factories import region

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 6
T = TypeVar("T")


def at_once(act: Callable[[], T]) -> list[T | Refusal]:
    """`act` by a crowd of threads that start together; what each got, or was refused with."""
    barrier = Barrier(CROWD)

    def one(_: int) -> T | Refusal:
        barrier.wait()
        try:
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(one, range(CROWD)))


def fine(results: list[T | Refusal]) -> list[T]:
    return [result for result in results if not isinstance(result, Refusal)]


def test_a_crowd_of_requests_sends_one_message() -> None:
    got = at_once(lambda: request_code(phone=PHONE, network="192.0.2.1"))
    assert len(fine(got)) == 1
    assert SignInCode.objects.count() == SmsMessage.objects.count() == 1


def test_a_crowd_with_the_right_code_gets_in_once() -> None:
    UserFactory(phone=PHONE)
    code = request_code(phone=PHONE, network="")
    digits = last_code()
    got = fine(at_once(lambda: answer_code(code_id=code.pk, known=[], digits=digits)))
    assert [answer.next for answer in got] == [Next.SIGN_IN]
    code.refresh_from_db()
    assert code.state == CodeState.USED


def test_a_crowd_that_names_itself_becomes_one_person() -> None:
    code = request_code(phone=PHONE, network="")
    answer_code(code_id=code.pk, known=[], digits=last_code())
    got = fine(at_once(lambda: enter_with_name(code_id=code.pk, display_name="王阿姨")))
    assert len(got) == 1
    assert User.objects.filter(phone=PHONE).count() == 1


def test_a_crowd_of_workers_sends_a_message_once(capsys: pytest.CaptureFixture[str]) -> None:
    request_code(phone=PHONE, network="")
    message = SmsMessage.objects.get()
    got = at_once(lambda: send_message(message_id=message.pk))
    assert [state for state in got if state is not None] == ["sent"]
    assert capsys.readouterr().out.count("验证码") == 1


def test_a_crowd_of_grants_is_one_role() -> None:
    admin, officer, place = UserFactory(role=Role.ADMIN), UserFactory(), Place(region=region("达拉特旗"))
    got = at_once(
        lambda: grant_role(actor=admin, user=officer, role=Role.BANNER, place=place, valid_from=clock.today())
    )
    assert len(fine(got)) == 1
    assert RoleAssignment.objects.filter(user=officer).count() == 1
