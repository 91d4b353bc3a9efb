"""Printing cards, and ending lost ones."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts import card_codes
from accounts.access import may_see_member
from accounts.models import MemberCard, MemberProfile, User
from accounts.operations.acts import record_counter_act
from accounts.operations.audit import record
from accounts.printing import CardFace, Layout, cards_pdf
from core import clock
from core.errors import Refusal

MOST_AT_ONCE = 60


def print_cards(*, profiles: Sequence[MemberProfile], clerk: User, layout: Layout) -> bytes:
    """New cards for these members as a PDF; the cards they had die with it.

    The codes exist on the paper alone, so the PDF is made first: if that fails, the old cards stand. Raises `Refusal`.
    """
    if not profiles:
        raise Refusal("没有打印：还没有选人。")
    if len(profiles) > MOST_AT_ONCE:
        raise Refusal(f"没有打印：一次最多打印 {MOST_AT_ONCE} 张，请分几次。")
    if any(not may_see_member(clerk, profile) for profile in profiles):
        raise Refusal("没有打印：选的人里有不归您负责的。")
    if any(not profile.user.is_active for profile in profiles):
        raise Refusal("没有打印：选的人里有停用的账号。")
    faces = [CardFace(profile.full_name, profile.grouped_number, card_codes.new_code()) for profile in profiles]
    pdf = cards_pdf(faces, layout)
    _replace_cards(profiles=profiles, codes=[face.code for face in faces], clerk=clerk)
    return pdf


@transaction.atomic
def _replace_cards(*, profiles: Sequence[MemberProfile], codes: Sequence[str], clerk: User) -> None:
    people = [profile.user_id for profile in profiles]
    # Two clerks printing for one person wait for each other.
    list(User.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk", flat=True))
    MemberCard.objects.filter(user__in=people, ended_at__isnull=True).update(
        ended_at=clock.now(), ended_by=clerk, end=MemberCard.End.REPLACED, updated_at=clock.now()
    )
    MemberCard.objects.bulk_create(
        MemberCard(user_id=person, digest=card_codes.digest(code), issued_by=clerk)
        for person, code in zip(people, codes, strict=True)
    )
    for profile in profiles:
        _record(profile, by=clerk, verb="card.printed")
        record_counter_act(person=profile.user, by=clerk, what="打印会员卡")


@transaction.atomic
def report_card_lost(*, profile: MemberProfile, by: User) -> bool:
    """The card opens nothing from now on. True if there was one. Raises `Refusal` for whoever may not."""
    if by != profile.user and not may_see_member(by, profile):
        raise Refusal("没有挂失：这位会员不归您负责。")
    card = MemberCard.objects.select_for_update().filter(user=profile.user, ended_at__isnull=True).first()
    if card is None:
        return False
    card.ended_at, card.ended_by, card.end = clock.now(), by, MemberCard.End.LOST
    card.save()
    _record(profile, by=by, verb="card.lost")
    record_counter_act(person=profile.user, by=by, what="挂失会员卡")
    return True


def _record(profile: MemberProfile, *, by: User, verb: str) -> None:
    record(
        actor=by,
        verb=verb,
        subject=profile,
        label=profile.grouped_number,
        path=profile.region.path,
        site_id=profile.site_id,
    )
