"""Courses and lessons for tests. A lesson is live and public, without media unless given some."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import factory
from django.db.models import Max
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.enums import Role
from core.half_year import HalfYear
from courses.certificates import digest_of, new_code
from courses.enums import (
    SEATED,
    STANDING,
    ActivityForm,
    Audience,
    Category,
    EnrolmentMode,
    EnrolmentState,
    MemberState,
    OfferingState,
    TeacherChannel,
    TeachingForm,
)
from courses.models import (
    Activity,
    ActivityPlace,
    Certificate,
    Course,
    Enrolment,
    LearningTeam,
    Lesson,
    Offering,
    Session,
    Teacher,
    TeacherPermission,
    TeamMeeting,
    TeamMember,
)
from places.enums import OrganisationKind
from tests.accounts.factories import UserFactory
from tests.places.factories import AcademySiteFactory, OrganisationFactory, region

SHANGHAI = ZoneInfo("Asia/Shanghai")


class CourseFactory(DjangoModelFactory):
    title = factory.Sequence(lambda n: f"八段锦入门 {n}")
    category = Category.HEALTH
    summary = "站着就能练，每天一刻钟"
    description = "第一段。\n\n第二段。"
    teacher_name = "李长顺"
    live = True
    first_published_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = Course

    class Params:
        draft = factory.Trait(live=False, first_published_at=None)


class LessonFactory(DjangoModelFactory):
    course = factory.SubFactory(CourseFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"两手托天理三焦 {n}")
    summary = "两脚与肩同宽，慢慢来。"
    live = True

    class Meta:
        model = Lesson

    class Params:
        draft = factory.Trait(live=False)
        members = factory.Trait(audience=Audience.MEMBERS)


class TeacherFactory(DjangoModelFactory):
    name = factory.Sequence("李长顺{}".format)
    channel = TeacherChannel.RETIRED
    region = factory.LazyFunction(lambda: region("达拉特旗"))

    class Meta:
        model = Teacher

    class Params:
        in_service = factory.Trait(
            channel=TeacherChannel.IN_SERVICE, organisation=factory.SubFactory(OrganisationFactory)
        )
        student = factory.Trait(
            channel=TeacherChannel.STUDENT,
            organisation=factory.SubFactory(OrganisationFactory, kind=OrganisationKind.SCHOOL),
        )


class OfferingFactory(DjangoModelFactory):
    """In person at a site of its own, on Mondays of spring 2026, first come; `online` and `lottery` change that."""

    course = factory.SubFactory(CourseFactory)
    half_year = HalfYear(2026, 1)
    form = TeachingForm.IN_PERSON
    site = factory.SubFactory(AcademySiteFactory)
    region = factory.LazyAttribute(lambda offering: offering.site.region if offering.site else region("达拉特旗"))
    teacher = factory.SubFactory(TeacherFactory)
    begins_on = dt.date(2026, 3, 2)
    ends_on = dt.date(2026, 6, 8)
    seats = 3
    mode = EnrolmentMode.FIRST_COME
    enrol_from = dt.date(2026, 1, 5)
    enrol_until = dt.date(2026, 2, 20)
    state = OfferingState.PUBLISHED
    cancelled_reason = factory.LazyAttribute(lambda o: "报名的人太少" if o.state == OfferingState.CANCELLED else "")
    cancelled_at = factory.LazyAttribute(lambda o: timezone.now() if o.cancelled_reason else None)

    class Meta:
        model = Offering

    class Params:
        online = factory.Trait(form=TeachingForm.LIVE, site=None)
        unlimited = factory.Trait(mode=EnrolmentMode.OPEN, seats=None)
        lottery = factory.Trait(mode=EnrolmentMode.LOTTERY)
        draft = factory.Trait(state=OfferingState.DRAFT)
        cancelled = factory.Trait(state=OfferingState.CANCELLED)


class SessionFactory(DjangoModelFactory):
    offering = factory.SubFactory(OfferingFactory)
    begins_at = dt.datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
    ends_at = factory.LazyAttribute(lambda session: session.begins_at + dt.timedelta(minutes=90))

    class Meta:
        model = Session


class CertificateFactory(DjangoModelFactory):
    """As issued, without anything having been watched."""

    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)
    code = factory.LazyFunction(new_code)
    name = "王秀英"
    course_title = factory.LazyAttribute(lambda certificate: certificate.course.title)
    lesson_count = 8
    hours = Decimal("6.3")
    finished_on = dt.date(2026, 3, 2)
    issued_at = dt.datetime(2026, 3, 3, 9, 0, tzinfo=SHANGHAI)
    digest = factory.LazyAttribute(digest_of)

    class Meta:
        model = Certificate


class EnrolmentFactory(DjangoModelFactory):
    """Takes the next seat or place in line; an offering that is full gets one seat more."""

    offering = factory.SubFactory(OfferingFactory)
    person = factory.SubFactory(UserFactory, role=Role.SENIOR)
    state = EnrolmentState.ENROLLED
    applied_at = dt.datetime(2026, 1, 6, 9, 0, tzinfo=SHANGHAI)
    seat = factory.LazyAttribute(lambda made: next_seat(made.offering) if made.state in SEATED else None)
    line = factory.LazyAttribute(lambda made: next_line(made.offering) if made.state == "waiting" else None)
    ended_at = factory.LazyAttribute(lambda made: None if made.state in STANDING else made.applied_at)
    claim_until = factory.LazyAttribute(
        lambda made: made.applied_at + dt.timedelta(days=2) if made.state == "claimable" else None
    )

    class Meta:
        model = Enrolment


class TeacherPermissionFactory(DjangoModelFactory):
    """Consent for all of 2026."""

    teacher = factory.SubFactory(TeacherFactory, in_service=True)
    employer = factory.LazyAttribute(lambda permission: permission.teacher.organisation)
    paper = factory.django.FileField(filename="paper.pdf", data=b"%PDF-1.7 consent")
    valid_from = dt.date(2026, 1, 1)
    valid_until = dt.date(2026, 12, 31)
    checked_by = factory.SubFactory(UserFactory, role=Role.BANNER)

    class Meta:
        model = TeacherPermission


def next_seat(offering: Offering) -> int | None:
    if offering.seats is None:
        return None
    seat = (offering.enrolments.aggregate(last=Max("seat"))["last"] or 0) + 1
    if seat > offering.seats:
        offering.seats = seat
        offering.save()
    return seat


def next_line(offering: Offering) -> int:
    return (offering.enrolments.aggregate(last=Max("line"))["last"] or 0) + 1


class ActivityFactory(DjangoModelFactory):
    """A talk at a site of its own, on a morning in March 2026, published; `tour` leaves for a day."""

    form = ActivityForm.TALK
    title = factory.Sequence("防诈骗讲座{}".format)
    site = factory.SubFactory(AcademySiteFactory)
    region = factory.LazyAttribute(lambda activity: activity.site.region if activity.site else region("达拉特旗"))
    begins_at = dt.datetime(2026, 3, 10, 9, 0, tzinfo=SHANGHAI)
    ends_at = factory.LazyAttribute(lambda activity: activity.begins_at + dt.timedelta(hours=2))
    leader_name = "王芳"
    state = OfferingState.PUBLISHED
    published_at = dt.datetime(2026, 2, 1, tzinfo=SHANGHAI)

    class Meta:
        model = Activity

    class Params:
        draft = factory.Trait(state=OfferingState.DRAFT, published_at=None)
        tour = factory.Trait(form=ActivityForm.TOUR, title="恩格贝一日游学", site=None, place="学堂东门")


class ActivityPlaceFactory(DjangoModelFactory):
    activity = factory.SubFactory(ActivityFactory)
    person = factory.SubFactory(UserFactory, role=Role.SENIOR)

    class Meta:
        model = ActivityPlace


class LearningTeamFactory(DjangoModelFactory):
    """A team whose leader is a member already."""

    name = factory.Sequence("书画组{}".format)
    site = factory.SubFactory(AcademySiteFactory)
    leader = factory.SubFactory(UserFactory, role=Role.SENIOR)

    class Meta:
        model = LearningTeam
        skip_postgeneration_save = True

    @factory.post_generation
    def leading(self, create: bool, extracted: None, **kwargs: object) -> None:
        TeamMemberFactory(team=self, person=self.leader)


class TeamMemberFactory(DjangoModelFactory):
    team = factory.SubFactory(LearningTeamFactory)
    person = factory.SubFactory(UserFactory, role=Role.SENIOR)
    state = MemberState.MEMBER
    asked_at = dt.datetime(2026, 1, 6, 9, 0, tzinfo=SHANGHAI)
    decided_at = dt.datetime(2026, 1, 7, 9, 0, tzinfo=SHANGHAI)
    decided_by = factory.SelfAttribute("team.leader")

    class Meta:
        model = TeamMember

    class Params:
        asking = factory.Trait(state=MemberState.ASKED, decided_at=None, decided_by=None)


class TeamMeetingFactory(DjangoModelFactory):
    team = factory.SubFactory(LearningTeamFactory)
    topic = "临帖"
    place = "一号教室"
    begins_at = dt.datetime(2026, 3, 10, 9, 0, tzinfo=SHANGHAI)
    ends_at = factory.LazyAttribute(lambda meeting: meeting.begins_at + dt.timedelta(hours=2))

    class Meta:
        model = TeamMeeting
