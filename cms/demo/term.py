"""Writing what `half_year` says: who answers for what, teachers, offerings with their sessions, members, a lottery.

Everything goes through the operations a clerk would use. Nothing is made again once there is any offering.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from accounts.enums import Circumstance, Gender, Role
from accounts.models import MemberProfile, User
from accounts.operations.circumstances import check_circumstance
from accounts.operations.registration import complete_profile, register_member
from accounts.operations.roles import grant_role
from accounts.queries.roles import Place
from cms.demo import accounts
from cms.demo.half_year import MEMBERS, OFFERINGS, TEACHERS, DemoMember, DemoOffering, DemoTeacher
from core import clock
from courses.enums import EnrolmentMode
from courses.models import Course, Offering, Teacher
from courses.operations.enrolling import enrol
from courses.operations.lotteries import close_lottery
from courses.operations.offerings import Terms, open_offering, publish_offering
from courses.operations.scheduling import schedule_weekly
from courses.operations.teachers import Entry, add_teacher
from places.enums import OrganisationKind
from places.models import AcademySite, Organisation
from places.queries.regions import find_region

LASTS = dt.timedelta(minutes=90)
SENIORS_NAME = "王美兰"
ENROLS_SINCE = dt.timedelta(days=30)


@transaction.atomic
def write_term() -> None:
    """Nothing, once there is any offering. Call when places and courses are written."""
    if Offering.objects.exists():
        return
    admin = User.objects.get(username=accounts.ADMIN)
    _grant_roles(admin)
    teachers = {wanted.name: _teacher(wanted, admin) for wanted in TEACHERS}
    people = {SENIORS_NAME: _senior(), **{wanted.name: _member(wanted, admin) for wanted in MEMBERS}}
    for wanted in OFFERINGS:
        offering = _offering(wanted, teachers[wanted.teacher], admin)
        for name in wanted.learners:
            enrol(offering_id=offering.pk, person=people[name], acted_by=admin, at_counter=True)
        if wanted.mode == EnrolmentMode.LOTTERY and wanted.enrol_until < 0:
            close_lottery(offering_id=offering.pk)


def _grant_roles(admin: User) -> None:
    site = AcademySite.objects.get(name=accounts.CLERKS_SITE)
    today = clock.today()
    for username, role, place in (
        (accounts.CLERK, Role.SITE, Place(site=site)),
        (accounts.BANNER, Role.BANNER, Place(region=find_region(accounts.BANNERS_REGION))),
    ):
        grant_role(actor=admin, user=User.objects.get(username=username), role=role, place=place, valid_from=today)


def _teacher(wanted: DemoTeacher, admin: User) -> Teacher:
    region = find_region(wanted.banner)
    organisation, _ = Organisation.objects.get_or_create(
        region=region, name=wanted.organisation, defaults={"kind": OrganisationKind.SCHOOL}
    )
    entry = Entry(
        name=wanted.name,
        channel=wanted.channel,
        rehired_kind=wanted.rehired_kind,
        organisation=organisation,
        region=region,
        introduction=wanted.introduction,
    )
    teacher = add_teacher(entry=entry, by=admin)
    if wanted.username:
        teacher.user = User.objects.get(username=wanted.username)
        teacher.save(update_fields=["user", "updated_at"])
    return teacher


def _senior() -> User:
    """The demo learner, who registered on the phone."""
    senior = User.objects.get(username=accounts.SENIOR)
    complete_profile(
        user=senior,
        full_name=SENIORS_NAME,
        birth_year=1955,
        gender=Gender.FEMALE,
        region=find_region("达拉特旗/树林召镇"),
        site=AcademySite.objects.get(name=accounts.CLERKS_SITE),
        consented=True,
    )
    return senior


def _member(wanted: DemoMember, admin: User) -> User:
    profile = register_member(
        clerk=admin,
        full_name=wanted.name,
        birth_year=wanted.birth_year,
        gender=Gender(wanted.gender),
        region=find_region(wanted.region),
        circumstances=frozenset(Circumstance(kind) for kind in wanted.circumstances),
        consented=True,
    )
    _check_circumstances(profile, admin)
    return profile.user


def _check_circumstances(profile: MemberProfile, admin: User) -> None:
    for circumstance in profile.circumstances.all():
        check_circumstance(
            circumstance=circumstance,
            clerk=admin,
            evidence="看过证件原件",
            valid_until=clock.today() + dt.timedelta(days=360),
        )


def _offering(wanted: DemoOffering, teacher: Teacher, admin: User) -> Offering:
    today = clock.today()
    first = wanted.first_day(today)
    last = first + dt.timedelta(weeks=wanted.weeks - 1)
    site = AcademySite.objects.get(name=wanted.site) if wanted.site else None
    terms = Terms(
        course=Course.objects.get(slug=wanted.course),
        form=wanted.form,
        region=None if site else teacher.region,
        site=site,
        teacher=teacher,
        begins_on=first,
        ends_on=last,
        seats=wanted.seats,
        mode=wanted.mode,
        enrol_from=min(today, first) - ENROLS_SINCE,
        enrol_until=today + dt.timedelta(days=wanted.enrol_until),
        note=wanted.note,
    )
    offering = open_offering(terms=terms, by=admin)
    begins = dt.time(wanted.hour)
    schedule_weekly(
        offering=offering,
        weekdays=[wanted.weekday],
        begins=begins,
        ends=(dt.datetime.combine(first, begins) + LASTS).time(),
        first=first,
        last=last,
        room=site.rooms.get(name=wanted.room) if site else None,
        by=admin,
        override_reason="演示：前几次课已经上过" if first < today else "",
    )
    return publish_offering(offering=offering, by=admin)
