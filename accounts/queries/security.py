"""Who can't get in, who has a second factor, what was sent: each cut to what the viewer answers for."""

from __future__ import annotations

import json

from allauth.mfa.models import Authenticator
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import DateTimeField, ExpressionWrapper, F, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Lower

from accounts.models import SmsMessage, User
from accounts.queries.roles import grants_from, staff_for
from accounts.sealing import unseal
from accounts.sms.gateway import words
from core import clock

EMBEDDED = "accounts.sms.embedded.EmbeddedGateway"


def locks_for(viewer: User) -> QuerySet[AccessAttempt]:
    """Names with failures that still count, one row each with the address they came from; others' only in scope.

    Each row has `failures`, `locked` and `ends_at`.
    """
    cool_off = get_cool_off()
    rows = AccessAttempt.objects.filter(failures_since_start__gt=0)
    if cool_off is not None:
        rows = rows.filter(attempt_time__gt=clock.now() - cool_off)
    if not grants_from(viewer).everything:
        names = staff_for(viewer).annotate(lower=Lower("username")).values("lower")
        rows = rows.filter(username__in=names)
    same = rows.filter(username=OuterRef("username"), ip_address=OuterRef("ip_address")).order_by()
    of_pair = same.values("username", "ip_address")
    return (
        rows.annotate(
            failures=Subquery(of_pair.annotate(total=Sum("failures_since_start")).values("total")),
            first=Subquery(of_pair.annotate(first=Max("pk")).values("first")),
            last=Subquery(of_pair.annotate(last=Max("attempt_time")).values("last")),
        )
        .filter(pk=F("first"))
        .annotate(
            locked=Q(failures__gte=settings.AXES_FAILURE_LIMIT),
            ends_at=ExpressionWrapper(F("last") + Value(cool_off), output_field=DateTimeField()),
        )
        .order_by("-attempt_time")
    )


def factors_for(viewer: User) -> QuerySet[Authenticator]:
    """Second factors of colleagues within the viewer's scope, not the viewer's own."""
    return (
        Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__in=staff_for(viewer))
        .exclude(user=viewer)
        .select_related("user")
        .order_by("-created_at")
    )


def outbox_for(viewer: User) -> QuerySet[SmsMessage]:
    """Every message for administrators, none for anybody else."""
    rows = SmsMessage.objects.all()
    return rows if grants_from(viewer).everything else rows.none()


def shown_words(message: SmsMessage) -> str:
    """The words of a message: with the embedded gateway until they are of no use, otherwise only what kind it is."""
    readable = settings.SMS_GATEWAY == EMBEDDED and message.good_until > clock.now() and message.params_sealed
    if not readable:
        return message.get_template_display()
    try:
        return words(message.template, json.loads(unseal(message.params_sealed)))
    except ValueError:
        return message.get_template_display()
