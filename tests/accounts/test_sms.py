"""Messages: sent once, put back when certainly not sent, never again when it may have gone out."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
from django.core.checks import run_checks
from django.db import IntegrityError, transaction

from accounts.enums import SmsState, SmsTemplate
from accounts.models import SmsMessage
from accounts.operations.sms import LEASE, PAUSES, queue_message, send_message, sweep_messages, tidy_messages
from accounts.sealing import seal, unseal
from accounts.sms.embedded import MARK
from accounts.sms.gateway import NotSent, Unclear, gateway
from core import clock
from scripts.outbox import MARK as OUTBOX_MARK
from scripts.outbox import Follower
from tests.accounts.messages import PHONE
from tests.conftest import Nudge

pytestmark = pytest.mark.django_db
TEN_MINUTES = dt.timedelta(minutes=10)


def queue(key: str = "code:1") -> SmsMessage:
    return queue_message(
        phone=PHONE,
        template=SmsTemplate.SIGN_IN_CODE,
        params={"code": "123456", "minutes": "10"},
        key=key,
        good_for=TEN_MINUTES,
    )


class Provider:
    """An SMS provider on loopback: answers what it is told to, and keeps what it got."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, bytes]] = []
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.hang = threading.Event()
        self.hang.set()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                provider.got.append((dict(self.headers.items()), body))
                provider.hang.wait(5)
                status, answer = provider.answers.pop(0) if provider.answers else (200, b'{"reference": "R1"}')
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/send?v=1"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.hang.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    provider = Provider()
    settings.SMS_GATEWAY = "accounts.sms.http.HttpGateway"
    settings.SMS_GATEWAY_URL = provider.url
    settings.SMS_GATEWAY_KEY, settings.SMS_GATEWAY_SECRET = "key", "secret"
    settings.SMS_GATEWAY_TIMEOUT = 0.5
    settings.SMS_TEMPLATES = {"sign_in_code": "SMS_001"}
    yield provider
    provider.close()


def test_the_embedded_gateway_prints_for_the_person_at_the_machine(capsys: pytest.CaptureFixture[str]) -> None:
    message = queue()
    assert send_message(message_id=message.pk) == SmsState.SENT
    out = capsys.readouterr().out
    assert out == f"{MARK}138****5678 【银龄学堂】验证码 123456，10 分钟内填。谁来问都不要告诉他。\n"
    message.refresh_from_db()
    assert message.sent_at is not None
    assert send_message(message_id=message.pk) is None
    assert capsys.readouterr().out == "", "a second nudge sends nothing"


def test_the_terminal_of_make_up_shows_new_messages_only(tmp_path) -> None:
    log = tmp_path / "worker-quick.log"
    log.write_text(f"2026 [warning] {MARK}138****0001 old\n", encoding="utf-8")
    assert OUTBOX_MARK == MARK
    follower = Follower(log)
    assert follower.new_lines() == []
    with log.open("a", encoding="utf-8") as file:
        file.write(f"2026 [warning] {MARK}138****5678 【银龄学堂】验证码 123456 [celery.redirected]\nother\n{MARK}half")
    assert follower.new_lines() == [f"{MARK}138****5678 【银龄学堂】验证码 123456"]
    with log.open("a", encoding="utf-8") as file:
        file.write(" and whole\n")
    assert follower.new_lines() == [f"{MARK}half and whole"]
    log.write_text(f"{MARK}after the log was turned\n", encoding="utf-8")
    assert follower.new_lines() == [f"{MARK}after the log was turned"]
    log.unlink()
    assert follower.new_lines() == []


def test_the_http_gateway_signs_what_it_sends(provider: Provider) -> None:
    message = queue()
    assert send_message(message_id=message.pk) == SmsState.SENT
    headers, body = provider.got[0]
    expected = hmac.new(b"secret", f"{headers['X-Timestamp']}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Signature"] == expected
    assert headers["X-Key"] == "key"
    assert json.loads(body) == {
        "id": "code:1",
        "phone": PHONE,
        "template": "SMS_001",
        "params": {"code": "123456", "minutes": "10"},
        "text": "【银龄学堂】验证码 123456，10 分钟内填。谁来问都不要告诉他。",
    }
    message.refresh_from_db()
    assert message.reference == "R1"


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_gateway_is_tried_again_later(provider: Provider, status: int) -> None:
    provider.answers = [(status, b"")]
    with time_machine.travel(clock.now(), tick=False) as time:
        message = queue()
        assert send_message(message_id=message.pk) == SmsState.QUEUED
        assert send_message(message_id=message.pk) is None, "not before its pause is over"
        time.shift(PAUSES[0])
        assert send_message(message_id=message.pk) == SmsState.SENT
    assert len({json.loads(body)["id"] for _, body in provider.got}) == 1
    message.refresh_from_db()
    assert (message.attempts, message.reason) == (2, "")


@pytest.mark.parametrize(("status", "state"), [(400, "failed"), (403, "failed"), (302, "failed"), (500, "unclear")])
def test_other_answers_end_it(provider: Provider, status: int, state: str) -> None:
    provider.answers = [(status, b"<html>oops</html>")]
    message = queue()
    assert send_message(message_id=message.pk) == state
    message.refresh_from_db()
    assert str(status) in message.reason
    assert sweep_messages() == 0
    assert len(provider.got) == 1


def test_an_answer_that_never_comes_is_not_asked_for_twice(provider: Provider) -> None:
    provider.hang.clear()
    message = queue()
    assert send_message(message_id=message.pk) == SmsState.UNCLEAR
    assert send_message(message_id=message.pk) is None
    assert len(provider.got) == 1


@pytest.mark.parametrize("answer", [b"", b"not json", b"[1]", b"\xff\xfe", b'{"reference": null}', b'{"reference": 7}'])
def test_a_strange_but_friendly_answer_counts_as_sent(provider: Provider, answer: bytes) -> None:
    provider.answers = [(200, answer)]
    assert send_message(message_id=queue().pk) == SmsState.SENT


def test_a_gateway_that_is_down_is_tried_until_there_is_no_use(settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.SMS_GATEWAY = "accounts.sms.http.HttpGateway"
        settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        settings.SMS_GATEWAY_TIMEOUT = 0.5
        with time_machine.travel(clock.now(), tick=False) as time:
            message = queue()
            for pause in PAUSES:
                assert send_message(message_id=message.pk) == SmsState.QUEUED
                time.shift(pause)
            assert send_message(message_id=message.pk) == SmsState.FAILED
    message.refresh_from_db()
    assert "连不上" in message.reason
    assert PHONE not in message.reason


def test_a_gateway_of_ones_own_that_breaks_is_not_tried_again(settings, monkeypatch) -> None:
    settings.SMS_GATEWAY = "tests.accounts.test_sms.Broken"
    message = queue()
    assert send_message(message_id=message.pk) == SmsState.UNCLEAR


class Broken:
    def send(self, *args: Any, **kwargs: Any) -> str:
        raise RuntimeError("defect")


def test_a_worker_that_dies_with_a_message_leaves_it_unclear() -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        message = queue()
        SmsMessage.objects.update(state=SmsState.SENDING, lease_until=clock.now() + LEASE, attempts=1)
        assert send_message(message_id=message.pk) is None, "somebody has it"
        time.shift(LEASE + dt.timedelta(seconds=1))
        assert sweep_messages() == 0
        message.refresh_from_db()
        assert message.state == SmsState.UNCLEAR


def test_a_lost_nudge_is_made_up_for_and_a_late_message_is_not_sent(nudges: list[Nudge]) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        message = queue()
        assert sweep_messages() == 1
        assert nudges == [Nudge("accounts.send_message", "quick", {"message_id": message.pk})]
        time.shift(TEN_MINUTES)
        assert send_message(message_id=message.pk) is None
        assert sweep_messages() == 0
        message.refresh_from_db()
        assert message.state == SmsState.LATE


def test_words_go_with_their_use_and_numbers_after_a_month(settings) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        message = queue()
        waiting = queue("code:2")
        send_message(message_id=message.pk)
        tidy_messages()
        message.refresh_from_db()
        assert message.params_sealed
        time.shift(TEN_MINUTES)
        tidy_messages()
        message.refresh_from_db()
        assert (message.params_sealed, message.phone_masked) == ("", "138****5678")
        waiting.refresh_from_db()
        assert waiting.params_sealed, "not yet settled"
        sweep_messages()
        time.shift(dt.timedelta(days=settings.SMS_KEEP_DAYS))
        tidy_messages()
        for row in SmsMessage.objects.all():
            assert (row.phone_sealed, row.phone_masked, row.params_sealed) == ("", "", "")


def test_the_database_holds_what_a_row_may_be() -> None:
    queue()
    with pytest.raises(IntegrityError), transaction.atomic():
        queue()
    for broken in ({"state": "sending"}, {"state": "lost"}, {"phone_sealed": ""}, {"template": "spam"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SmsMessage.objects.update(**broken)


def test_a_changed_key_is_noticed(settings) -> None:
    message = queue()
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    assert send_message(message_id=message.pk) == SmsState.FAILED
    message.refresh_from_db()
    assert "密钥" in message.reason
    settings.SECRET_KEY = old
    sealed = seal("秘密")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "newer", [old]
    assert unseal(sealed) == "秘密"
    with pytest.raises(ValueError, match="another key"):
        unseal(sealed[:-4] + "AAAA")


def test_settings_that_would_send_nothing_are_noticed(settings) -> None:
    assert gateway().__class__.__name__ == "EmbeddedGateway"
    assert "accounts.W001" in {message.id for message in run_checks(include_deployment_checks=True)}
    settings.SMS_GATEWAY = "accounts.sms.http.HttpGateway"
    assert "accounts.E001" in {message.id for message in run_checks()}
    settings.SMS_GATEWAY_URL, settings.SMS_GATEWAY_SECRET = "https://sms.example.cn/", "s"
    assert "accounts.E001" not in {message.id for message in run_checks()}


def test_outcomes_say_why() -> None:
    assert NotSent("忙", again=True).again
    assert str(Unclear("没有回答")) == "没有回答"
