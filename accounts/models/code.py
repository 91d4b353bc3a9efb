"""验证码: a code that was sent to a phone, and what was made of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.enums import CodeState
from accounts.models.sms import SmsMessage
from core import clock

GUESSES = 5


class SignInCode(models.Model):
    """One code for one phone. The database counts: limits and wrong guesses outlive sessions and restarts.

    `number` counts the codes of one phone, so that of two requests at once the unique constraint lets one through. The
    code itself is kept as a keyed digest. Rows go after two days.

    Personal data: the number, sealed, its keyed digest, and the address of the network it was asked from; nobody sees
    them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phone_sealed = models.TextField(editable=False)
    phone_digest = models.CharField(max_length=64, editable=False)
    number = models.PositiveIntegerField()
    network = models.CharField(max_length=45, blank=True, help_text="IPv4 address, or the first half of an IPv6 one")
    code_digest = models.CharField(max_length=64, editable=False)
    state = models.CharField(max_length=6, choices=CodeState, default=CodeState.ISSUED)
    wrong_guesses = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    message = models.ForeignKey(SmsMessage, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = "验证码"
        verbose_name_plural = "验证码"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["network", "created_at"], name="codes_of_a_network")]
        constraints = [
            models.UniqueConstraint(fields=["phone_digest", "number"], name="one_code_a_phone_and_number"),
            models.CheckConstraint(condition=Q(wrong_guesses__lte=GUESSES), name="code_guesses_are_limited"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="code_lives_a_while"),
            models.CheckConstraint(
                condition=Q(state="issued", proven_at=None, used_at=None)
                | Q(state="proven", proven_at__isnull=False, used_at=None)
                | Q(state="used", proven_at__isnull=False, used_at__isnull=False),
                name="code_state_has_its_times",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
