"""Accounts: made with a phone, given a password."""

from __future__ import annotations

import re
import unicodedata
import uuid

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import User
from accounts.operations.audit import record
from core.errors import Refusal

LONGEST_NAME = 40


def clean_display_name(text: str) -> str:
    """How a person wants to be called, without what shows nothing. Raises Refusal."""
    plain = unicodedata.normalize("NFC", text)
    plain = "".join(" " if letter.isspace() else letter for letter in plain)
    plain = "".join(letter for letter in plain if unicodedata.category(letter)[0] != "C")
    plain = " ".join(plain.split())
    if not plain:
        raise Refusal("请填一个称呼，例如：王阿姨、老李。")
    if len(plain) > LONGEST_NAME:
        raise Refusal(f"称呼太长了，请不要超过 {LONGEST_NAME} 个字。")
    if re.search(r"\d{5,}", unicodedata.normalize("NFKC", plain)):
        raise Refusal("称呼里请不要写电话或证件号码。")
    return plain


def new_username() -> str:
    """Tells nothing about the person: nobody types it."""
    return f"u{uuid.uuid4().hex[:12]}"


@transaction.atomic
def register_person(*, phone: str | None, display_name: str, actor: User | None) -> User:
    """An account of a senior, without a password. `actor` is who did it, None for the person themselves.

    Raises Refusal if the phone already has an account, or the name can't be one.
    """
    name = clean_display_name(display_name)
    user = User(username=new_username(), display_name=name, phone=phone)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Refusal("这个手机号已经有账号了，请直接登录。") from error
    user.groups.add(Group.objects.get(name=Role.SENIOR))
    record(actor=actor or user, verb="person.registered", subject=user, label=Role.SENIOR)
    return user


def set_own_password(*, user: User, password: str) -> None:
    """Raises Refusal with what is wrong with the password."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refusal("".join(error.messages)) from error
    user.set_password(password)
    user.save(update_fields=["password"])


@transaction.atomic
def confirm_phone(*, user: User, phone: str) -> None:
    """`phone` was proven to be `user`'s. Raises Refusal if it is somebody else's."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.phone == phone:
        return
    user.phone = phone
    try:
        with transaction.atomic():
            user.save(update_fields=["phone"])
    except IntegrityError as error:
        raise Refusal("这个手机号已经是另一个账号的，没有改。请打服务电话，我们帮您核对。") from error
    record(actor=user, verb="phone.changed", subject=user, label=Role.SENIOR)
