"""Our answers to allauth's questions: phones, messages, redirects, the second factor in Chinese."""

from __future__ import annotations

import io
import time
from typing import Any

import segno
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.forms.fields import PhoneFormField
from accounts.models import User
from accounts.network import client_address
from accounts.operations.codes import request_code
from accounts.operations.people import confirm_phone
from accounts.queries.staff import needs_second_factor
from accounts.sealing import seal, unseal

TOO_OFTEN = "试的次数太多了。请过几分钟再来，或者打服务电话。"


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by `accounts.operations` alone; allauth signs in, and asks for what is missing."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "incorrect_code": "验证码不对。请看一下再填。",
        "incorrect_password": "密码不对。请检查大小写，再填一次。",
        "enter_current_password": "请填现在的密码。",
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
        "unknown_phone": "这个手机号还没有账号。",
        "phone_taken": "这个手机号已经有账号了。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        """The second factor alone: a phone was proven before an account had it, and nobody has a mail address."""
        return ["allauth.mfa.stages.AuthenticateStage"]

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened; a kept message would turn up later in the desk."""

    def is_safe_url(self, url: str) -> bool:
        """Addresses of this host only, and never http below https."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "unknown"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever typed the password in the last minutes has just shown who they are."""
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        request = context.request
        since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
        records = get_authentication_records(request, request.user)
        return not any(record["method"] in {"password", "mfa"} and record["at"] > since for record in records)

    # Phones, for those of allauth's pages that ask for one.

    def phone_form_field(self, **kwargs: Any) -> PhoneFormField:
        return PhoneFormField(**kwargs)

    def get_phone(self, user: AbstractBaseUser) -> tuple[str, bool] | None:
        """A number is stored only once it was proven, or by staff who saw the person."""
        phone = user.phone if isinstance(user, User) else None
        return (phone, True) if phone else None

    def set_phone(self, user: AbstractBaseUser, phone: str, verified: bool) -> None:
        if verified:
            self.set_phone_verified(user, phone)

    def set_phone_verified(self, user: AbstractBaseUser, phone: str) -> None:
        if isinstance(user, User):
            confirm_phone(user=user, phone=phone)

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(phone=phone).first()

    def send_verification_code_sms(self, user: AbstractBaseUser, phone: str, code: str, **kwargs: Any) -> None:
        """allauth's own codes live in a session and know no limit across sessions: ours is sent instead (ADR 0012)."""
        request_code(phone=phone, network=self.get_client_ip(context.request))


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "动态码不对。请看一下手机上现在的 6 位数字，再填一次。",
        "cannot_delete_authenticator": "您的岗位要求两步登录，不能关闭。",
        "cannot_generate_recovery_codes": "请先开通两步登录，再生成备用码。",
    }

    def get_totp_issuer(self) -> str:
        return settings.WAGTAIL_SITE_NAME

    def build_totp_svg(self, url: str) -> str:
        """Black on white with its quiet zone, in any contrast mode: phones read nothing else reliably."""
        out = io.BytesIO()
        segno.make(url, error="m", micro=False).save(out, kind="svg", scale=6, border=4, light="#fff", xmldecl=False)
        return out.getvalue().decode()

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not needs_second_factor(authenticator.user)
