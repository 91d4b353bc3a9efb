"""The codes a session asked for, and where each leads: what makes a code somebody's.

Kept in the session as ids of rows; a number or a code never is.
"""

from __future__ import annotations

import uuid

from django.http import HttpRequest
from django.shortcuts import resolve_url

from accounts.queries.codes import CodeView, code_for_page, phone_of_code

KEY = "codes"
NOTE = "codes_note"
REMEMBERED = 6


def asked_codes(request: HttpRequest) -> dict[str, str]:
    """Id of a code → where to go afterwards."""
    held = request.session.get(KEY)
    return dict(held) if isinstance(held, dict) else {}


def remember(request: HttpRequest, code_id: uuid.UUID, target: str) -> None:
    held = asked_codes(request)
    held[str(code_id)] = target
    request.session[KEY] = dict(list(held.items())[-REMEMBERED:])


def forget_codes(request: HttpRequest) -> None:
    request.session.pop(KEY, None)
    request.session.pop(NOTE, None)


def known_codes(request: HttpRequest) -> list[uuid.UUID]:
    return [uuid.UUID(key) for key in asked_codes(request)]


def target_of(request: HttpRequest, code_id: uuid.UUID) -> str:
    return asked_codes(request).get(str(code_id)) or resolve_url("/")


def own_code(request: HttpRequest, code_id: uuid.UUID) -> CodeView | None:
    """The code, if this session asked for it and it leads anywhere still."""
    return code_for_page(code_id) if str(code_id) in asked_codes(request) else None


def own_phone(request: HttpRequest, code_id: uuid.UUID) -> str | None:
    """The number a code of this session went to."""
    return phone_of_code(code_id) if str(code_id) in asked_codes(request) else None


def waiting_code(request: HttpRequest, phone: str) -> uuid.UUID | None:
    """This session's last code for a number."""
    return next((code_id for code_id in reversed(known_codes(request)) if phone_of_code(code_id) == phone), None)


def say_next(request: HttpRequest, sentence: str) -> None:
    """A sentence for the next page of the code, said once."""
    request.session[NOTE] = sentence


def said(request: HttpRequest) -> str:
    return str(request.session.pop(NOTE, ""))
