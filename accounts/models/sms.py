"""短信: what is to be sent, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.enums import SmsState, SmsTemplate
from core.models import TimeStamped


class SmsMessage(TimeStamped):
    """One message to one phone. `key` is its idempotency key: the same key is never sent twice.

    A worker takes it by a lease. `UNCLEAR` means that the gateway had the request and its answer is missing: it may
    have gone out, so it is not sent again. After `good_until` there is no use in sending it.

    Personal data: the number and the words, both sealed (`accounts.sealing`), and the masked number. Only
    administrators see rows, and those only the masked number. The words go as soon as `good_until` is over, the number
    after SMS_KEEP_DAYS (`accounts.operations.sms.tidy_messages`).
    """

    key = models.CharField("编号", max_length=60, unique=True, editable=False)
    template = models.CharField("内容", max_length=20, choices=SmsTemplate)
    phone_sealed = models.TextField(blank=True, editable=False)
    phone_masked = models.CharField("手机号", max_length=11, blank=True, editable=False)
    params_sealed = models.TextField(blank=True, editable=False)
    state = models.CharField("状态", max_length=8, choices=SmsState, default=SmsState.QUEUED)
    attempts = models.PositiveSmallIntegerField("试了几次", default=0)
    not_before = models.DateTimeField("最早什么时候发", editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    good_until = models.DateTimeField("过了就不用发", editable=False)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    reference = models.CharField("网关编号", max_length=80, blank=True)

    class Meta:
        verbose_name = "短信"
        verbose_name_plural = "短信"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(state="queued"), name="sms_due"),
            models.Index(fields=["-created_at"], name="sms_newest"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SmsState.values), name="sms_state_known"),
            models.CheckConstraint(condition=Q(template__in=SmsTemplate.values), name="sms_template_known"),
            models.CheckConstraint(
                condition=(Q(state="sending", lease_until__isnull=False)) | (~Q(state="sending") & Q(lease_until=None)),
                name="sms_has_lease_while_sending",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["queued", "sending"]) | (~Q(phone_sealed="") & ~Q(params_sealed="")),
                name="sms_to_send_has_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_template_display()} {self.phone_masked}"
