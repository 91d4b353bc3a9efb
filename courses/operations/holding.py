"""Rows held still while an operation decides. Everybody takes the person first, so that nobody waits in a ring.

On SQLite a transaction begins IMMEDIATE, and there is one writer at a time.
"""

from __future__ import annotations

from accounts.models import User
from courses.errors import EnrolmentRefused
from courses.models import Enrolment, Offering


def hold_person(person_id: int) -> User:
    """The person, whose number of places can't change meanwhile. Raises `EnrolmentRefused` for a closed account."""
    person = User.objects.select_for_update(no_key=True).filter(pk=person_id).first()
    if person is None or not person.is_active:
        raise EnrolmentRefused("这个账号已停用，不能报名。请打服务电话询问。")
    return person


def hold_offering(offering_id: int) -> Offering:
    """The offering, whose seats and waiting list can't change meanwhile. Raises `Offering.DoesNotExist`."""
    rows = Offering.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("course", "region", "site").get(pk=offering_id)


def read_enrolment(enrolment_id: int, offering: Offering) -> Enrolment:
    """The enrolment as it is now that its offering is held."""
    enrolment = Enrolment.objects.select_related("person").get(pk=enrolment_id)
    enrolment.offering = offering
    return enrolment
