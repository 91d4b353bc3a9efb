"""Phone numbers: what is taken, what is stored, who sees it, and that no log ever holds one."""

from __future__ import annotations

import json
import logging

import pytest
import structlog
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import masked_phone, phone_of
from accounts.enums import Role
from accounts.forms.fields import CodeFormField, PhoneFormField
from accounts.models import User
from accounts.phones import mask_phone, normalise_phone
from config.logs import drop_personal
from tests.accounts.factories import UserFactory

PHONE = "13812345678"


@pytest.mark.parametrize(
    "typed",
    [
        "13812345678",
        " 138 1234 5678 ",
        "138-1234-5678",
        "+86 138 1234 5678",
        "+8613812345678",
        "0086-138-1234-5678",
        "8613812345678",
        "（138）12345678",
        "１３８１２３４５６７８",
        "＋８６　１３８１２３４５６７８",
        "138\u200b12345678",
        "\u202a13812345678\u202c",
    ],
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert normalise_phone(typed) == PHONE


@pytest.mark.parametrize(
    "typed",
    ["", "1381234567", "138123456789", "23812345678", "0477-8123456", "１３８1234567", "١٣٨١٢٣٤٥٦٧٨", "१३८१२३४५६७८",
     "13812345678;13912345678", "1381234567八", "1" * 10_000, "13812345678\x00", "' or 1=1 --"],
)  # fmt: skip
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="mobile"):
        normalise_phone(typed)


@given(st.text(max_size=80))
def test_whatever_is_typed_gives_eleven_ascii_digits_or_a_refusal(typed: str) -> None:
    try:
        phone = normalise_phone(typed)
    except ValueError:
        return
    assert len(phone) == 11
    assert phone.isascii()
    assert phone.isdigit()
    assert normalise_phone(phone) == phone


def test_the_form_says_what_to_do_and_the_code_is_found_in_a_pasted_message() -> None:
    with pytest.raises(ValidationError, match="11 位数字"):
        PhoneFormField().clean("138")
    assert PhoneFormField(required=False).clean("") is None
    code = CodeFormField()
    for typed in ("123456", " 123 456 ", "１２３４５６", "【银龄学堂】验证码 123456，10 分钟内有效。", "123-456"):
        assert code.clean(typed) == "123456"
    for typed in ("12345", "1234567", "一二三四五六", "12345a", "١٢٣٤٥٦"):
        with pytest.raises(ValidationError, match="6 位数字"):
            code.clean(typed)


@pytest.mark.django_db
def test_it_is_stored_in_one_form_and_belongs_to_one_person() -> None:
    person = UserFactory(phone="+86 138 1234 5678")
    person.refresh_from_db()
    assert person.phone == PHONE
    assert User.objects.get(phone="１３８1234 5678") == person
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(phone="138 1234 5678")
    assert [UserFactory(phone=nothing).phone or None for nothing in ("", None)] == [None, None]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone = '03812345678' WHERE id = %s", [person.pk])


@pytest.mark.django_db
def test_only_the_person_and_administrators_see_all_of_it() -> None:
    owner = UserFactory(phone=PHONE)
    for viewer in (owner, UserFactory(role=Role.ADMIN), UserFactory(is_superuser=True)):
        assert phone_of(owner, viewer=viewer) == PHONE
    gone = UserFactory(role=Role.ADMIN, is_active=False)
    for viewer in (AnonymousUser(), UserFactory(role=Role.EDITOR), UserFactory(role=Role.BANNER), gone):
        assert phone_of(owner, viewer=viewer) == "138****5678"
    assert masked_phone(UserFactory().phone) == mask_phone(None) == ""


@pytest.mark.parametrize(
    "event",
    [
        {"event": "sent to 13812345678"},
        {"event": "x", "to": "+86 138 1234 5678"},
        {"event": "x", "to": "138-1234-5678，请查收"},
        {"event": "x", "to": "１３８１２３４５６７８"},
        {"event": "x", "number": 13812345678},
        {"event": "x", "raw": b"phone=13812345678"},
        {"event": "x", "form": {"a": ["y", ("13812345678",)]}},
        {"event": "x", "form": {"phone": "12"}},
        {"event": "x", "exception": "ValueError: 13812345678"},
    ],
)
def test_no_event_keeps_a_phone_number(event: dict[str, object]) -> None:
    written = json.dumps(drop_personal(None, "info", dict(event)), ensure_ascii=False)
    assert "138" not in written
    assert "１３８" not in written
    assert '"12"' not in written


def test_what_is_no_phone_number_stays() -> None:
    event = {"event": "asset 13812345678901 in 12345678901 s?", "size": 5_000_000_000, "ok": True, "status": None}
    kept = drop_personal(None, "info", dict(event))
    assert kept == event | {"event": "asset 13812345678901 in 1********** s?"}


def test_lines_of_other_peoples_loggers_pass_the_same_net(capsys: pytest.CaptureFixture[str]) -> None:
    handler = next(handler for handler in logging.getLogger().handlers if handler.formatter)
    assert isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    lines = [
        logging.LogRecord("axes", logging.WARNING, "", 0, "New failure by %s", (PHONE,), None),
        logging.LogRecord("django", logging.ERROR, "", 0, "Bad: %(form)s", ({"form": {"tel": PHONE}},), None),
    ]
    lines.append(logging.LogRecord("x", 40, "", 0, "boom", (), (ValueError, ValueError(PHONE), None)))
    for line in lines:
        assert PHONE not in handler.formatter.format(line)
