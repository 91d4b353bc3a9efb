"""A person's places in offerings, in plain words: on the offering's page, on 我的, and on a page of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.access import Viewer, member_name
from accounts.models import User
from core import clock
from core.spoken_dates import spoken_day, spoken_instant
from courses.enums import SEATED, STANDING, EnrolmentMode, EnrolmentState, OfferingState
from courses.errors import EnrolmentRefused
from courses.models import Enrolment, EnrolmentNotice, Lottery, LotteryTicket, Offering
from courses.queries.admission import concerns_about, refuse_above_limit, starts_at, window_sentence
from courses.queries.lotteries import standing_lottery


@dataclass(frozen=True)
class Place:
    """An enrolment as its person reads it. `tone` is waiting, asked, in or out."""

    enrolment: Enrolment
    title: str
    words: str
    tone: str
    may_withdraw: bool
    withdraw_label: str
    may_claim: bool


def places(rows: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Rows with what `place_of` needs: the offering, the place among those who wait, the first session, the ticket."""
    ahead = (
        Enrolment.objects.filter(
            offering=OuterRef("offering"),
            state=EnrolmentState.WAITING,
            person__is_active=True,
            line__lte=OuterRef("line"),
        )
        .order_by()
        .values("offering")
        .annotate(number=Count("pk"))
        .values("number")
    )
    ticket = LotteryTicket.objects.filter(enrolment=OuterRef("pk"), lottery__voided_at__isnull=True)
    lottery = Lottery.objects.filter(offering=OuterRef("offering"), voided_at__isnull=True)
    return rows.select_related("offering__course", "offering__site", "offering__region").annotate(
        turn=Coalesce(Subquery(ahead, output_field=IntegerField()), 0),
        first_session=Min("offering__sessions__begins_at", filter=Q(offering__sessions__cancelled_at__isnull=True)),
        ticket=Subquery(ticket.values("number")[:1]),
        draw_at=Subquery(lottery.values("draw_at")[:1]),
    )


def place_of(row: Enrolment) -> Place:
    """In plain words. `row` comes from `places`."""
    offering = row.offering
    standing = row.state in STANDING
    cancelled = offering.state == OfferingState.CANCELLED
    title, words, tone = _cancelled_words() if cancelled and standing else _words(row)
    ended = clock.today() > offering.ends_on
    return Place(
        enrolment=row,
        title=title,
        words=words,
        tone=tone,
        may_withdraw=standing and not ended and not cancelled,
        withdraw_label="不再候补" if row.state in (EnrolmentState.WAITING, EnrolmentState.CLAIMABLE) else "退出报名",
        may_claim=row.state == EnrolmentState.CLAIMABLE and not cancelled and row.claim_until > clock.now(),  # type: ignore[operator]
    )


def _cancelled_words() -> tuple[str, str, str]:
    return "这个班取消了", "您不用做什么。可以看看别的班。", "out"


def _words(row: Any) -> tuple[str, str, str]:
    if row.state == EnrolmentState.APPLIED:
        return _applied_words(row)
    if row.state == EnrolmentState.WAITING:
        return _waiting_words(row)
    if row.state == EnrolmentState.CLAIMABLE:
        until = spoken_instant(row.claim_until)
        return "有一个名额留给您", f"请在 {until} 以前说要不要。过了时间就让给下一位。", "asked"
    if row.state == EnrolmentState.ENROLLED:
        begins = spoken_instant(row.first_session) if row.first_session else spoken_day(row.offering.begins_on)
        return "报上名了", f"{begins} 开课。来不了请早点退出，把名额让给别人。", "in"
    if row.state == EnrolmentState.LAPSED:
        return "名额没有确认", "留给您的名额过了确认时间，让给了后面的人。还想来，可以重新报名排候补。", "out"
    return "已经退出", "您已经不在这个班里。报名截止以前，还可以再报。", "out"


def _applied_words(row: Any) -> tuple[str, str, str]:
    if row.ticket:
        return "等待摇号", f"您的签号是 {row.ticket}，{spoken_instant(row.draw_at)} 摇号。", "waiting"
    until = spoken_day(row.offering.enrol_until)
    return "等待摇号", f"报名到{until}截止，截止后公布名单，再摇号。", "waiting"


def _waiting_words(row: Any) -> tuple[str, str, str]:
    if _has_begun(row):
        return "候补", "班已经开课，候补不再自动往前排。还想来，请到站点问工作人员。", "waiting"
    return f"候补第 {row.turn} 位", "有人退出就往前排。轮到您会通知您，名额会给您留着。", "waiting"


def _has_begun(row: Any) -> bool:
    if row.first_session is not None:
        return bool(row.first_session <= clock.now())
    return bool(row.offering.begins_on <= clock.today())


def find_place(*, enrolment_id: int, person: User) -> Place:
    """A person's own place. Raises `Enrolment.DoesNotExist` for anybody else's."""
    return place_of(places(Enrolment.objects.filter(person=person)).get(pk=enrolment_id))


def place_page(*, enrolment_id: int, person: User) -> dict[str, Any]:
    """A place, its ticket with the reasons, and what happened so far. Raises `Enrolment.DoesNotExist`."""
    place = find_place(enrolment_id=enrolment_id, person=person)
    ticket = place.enrolment.tickets.filter(lottery__voided_at__isnull=True).first()
    rows = place.enrolment.events.select_related("acted_by__member_profile")
    events = [(event, member_name(event.acted_by) if event.acted_by is not None else "") for event in rows]
    return {"place": place, "offering": place.enrolment.offering, "ticket": ticket, "events": events}


@dataclass(frozen=True)
class EnrolBox:
    """What stands beside an offering: how one gets in, whether now, and how it is with the viewer.

    `action` is the word on the button, empty where there is none; `refusal` says why. `hint` is what the offering's own
    page doesn't say yet.
    """

    facts: list[str]
    hint: str
    place: Place | None
    action: str
    refusal: str
    lottery: Lottery | None


def enrol_box(*, offering: Offering, viewer: Viewer) -> EnrolBox:
    """For the offering's page. The number of queries doesn't depend on how many people are in."""
    held = Enrolment.objects.filter(offering=offering).aggregate(
        seated=Count("pk", filter=Q(state__in=SEATED)),
        waiting=Count("pk", filter=Q(state=EnrolmentState.WAITING)),
        applied=Count("pk", filter=Q(state=EnrolmentState.APPLIED)),
    )
    lottery = standing_lottery(offering) if offering.mode == EnrolmentMode.LOTTERY else None
    place = _standing_place(offering, viewer)
    refusal = "" if place else window_sentence(offering, at_counter=False)
    if not refusal and not place and lottery is not None and lottery.drawn_at is None:
        refusal = "名单已经封存，正在等待摇号，现在不能再报。"
    draws = offering.mode == EnrolmentMode.LOTTERY and (lottery is None or lottery.drawn_at is None)
    return EnrolBox(
        facts=_facts(offering, held, draws=draws),
        hint=_hint(held, draws=draws),
        place=place,
        action="" if refusal or place else _action(offering, held, draws=draws),
        refusal=refusal,
        lottery=lottery,
    )


def _standing_place(offering: Offering, viewer: Viewer) -> Place | None:
    if not isinstance(viewer, User):
        return None
    row = places(Enrolment.objects.filter(person=viewer, offering=offering, state__in=STANDING)).first()
    return place_of(row) if row is not None else None


def _facts(offering: Offering, held: dict[str, int], *, draws: bool) -> list[str]:
    until = f"报名：{spoken_day(offering.enrol_from)}到{spoken_day(offering.enrol_until)}，当天 24:00 以前都算。"
    if offering.seats is None:
        return ["随到随学，不限人数。", until]
    if draws:
        return [
            f"{offering.seats} 个名额，摇号决定。已有 {held['applied']} 人申请。",
            until,
            "截止后先公布名单，再摇号，谁都可以核对。",
        ]
    left = max(0, offering.seats - held["seated"])
    line = f"{offering.seats} 个名额，还剩 {left} 个。" if left else f"{offering.seats} 个名额已满。"
    return [line + (f"候补 {held['waiting']} 人。" if held["waiting"] else ""), until]


def _hint(held: dict[str, int], *, draws: bool) -> str:
    if draws:
        return f"已有 {held['applied']} 人申请。截止后先公布名单，再摇号，谁都可以核对。"
    return f"候补 {held['waiting']} 人。" if held["waiting"] else ""


def _action(offering: Offering, held: dict[str, int], *, draws: bool) -> str:
    if draws:
        return "申请摇号"
    full = offering.seats is not None and (held["seated"] >= offering.seats or held["waiting"] > 0)
    return "排候补" if full else "我要报名"


def public_offering(pk: int) -> Offering:
    """An offering that is not a draft. Raises `Offering.DoesNotExist`."""
    rows = Offering.objects.select_related("course", "site", "region").exclude(state=OfferingState.DRAFT)
    return rows.get(pk=pk)


def confirm_page(*, offering: Offering, person: User) -> dict[str, Any]:
    """The page before enrolling: the facts, what to know first, and why it isn't possible if it isn't."""
    box = enrol_box(offering=offering, viewer=person)
    context: dict[str, Any] = {"offering": offering, "course": offering.course, "box": box, "concerns": []}
    context["starts"] = spoken_instant(starts_at(offering))
    if box.refusal or box.place:
        return context
    try:
        refuse_above_limit(person, offering)
        context["concerns"] = concerns_about(person, offering)
    except EnrolmentRefused as refusal:
        context["limit"] = refusal.sentence
    return context


def my_enrolments(user: User) -> dict[str, Any]:
    """The enrolments' part of a person's own page: what asks for an answer first, then by the first day."""
    rows = places(
        Enrolment.objects.filter(person=user, state__in=STANDING, offering__ends_on__gte=clock.today()).exclude(
            offering__state=OfferingState.DRAFT
        )
    )
    ordered = sorted(
        (place_of(row) for row in rows),
        key=lambda place: (not place.may_claim, place.enrolment.offering.begins_on, place.enrolment.pk),
    )
    notices = EnrolmentNotice.objects.filter(enrolment__person=user, seen_at__isnull=True)
    return {"places": ordered, "notices": list(notices.order_by("-created_at", "-pk")[:10])}
