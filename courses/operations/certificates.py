"""Issuing certificates and taking them back."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.utils import timezone

from accounts.access import name_on_paper
from accounts.models import User
from accounts.operations.audit import record
from core import clock
from courses.certificates import digest_of, new_code
from courses.errors import CertificateRefused
from courses.models import Certificate, Course
from courses.queries.certificates import is_complete, record_of


@transaction.atomic
def issue_certificate(*, user: User, course: Course) -> Certificate:
    """The person's certificate of `course`; the one that exists, if there is one. Raises `CertificateRefused`."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    standing = Certificate.objects.filter(user=user, course=course).first()
    if standing is not None:
        if not standing.is_valid:
            raise CertificateRefused("这门课的证书已经收回，不能再领。有疑问请到学堂询问，或打服务电话。")
        return standing
    learned = record_of(user, course)
    if not is_complete(learned):
        raise CertificateRefused("这门课还有几讲没有学完，学完以后就能领证书。学过的都记着。")
    name = name_on_paper(user)
    if not name:
        raise CertificateRefused("还不知道证书上写什么名字。请到学堂请工作人员补上姓名，再来领。")
    finished_at = max(row.finished_at for row in learned if row.finished_at)
    seconds = sum(row.credited for row in learned)
    certificate = Certificate(
        user=user,
        course=course,
        code=new_code(),
        name=name,
        course_title=course.title,
        lesson_count=len(learned),
        hours=(Decimal(int(seconds)) / 3600).quantize(Decimal("0.1"), ROUND_DOWN),
        finished_on=timezone.localtime(finished_at).date(),
        issued_at=clock.now(),
    )
    certificate.digest = digest_of(certificate)
    certificate.save()
    record(actor=user, verb="certificate.issued", subject=certificate)
    return certificate


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, by: User, reason: str) -> Certificate:
    """Take a certificate back for good; whoever verifies it reads so. Raises `CertificateRefused`."""
    reason = reason.strip()
    if not reason:
        raise CertificateRefused("请写明收回的原因。")
    standing = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if not standing.is_valid:
        raise CertificateRefused("这张证书已经收回了，没有再改。")
    standing.revoked_at, standing.revoked_by, standing.revoked_because = clock.now(), by, reason[:200]
    standing.save(update_fields=["revoked_at", "revoked_by", "revoked_because"])
    record(actor=by, verb="certificate.revoked", subject=standing, after={"reason": standing.revoked_because})
    return standing
