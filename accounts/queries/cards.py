"""Whose card was scanned."""

from __future__ import annotations

from accounts import card_codes
from accounts.errors import CardRefused
from accounts.models import MemberCard, User

FOREIGN = "这不是会员卡上的码。请扫会员卡上的方格。"
UNKNOWN = "没有找到这张卡。请到站点重新打印一张，或打服务电话询问。"
REPLACED = "这张卡已经换过新卡，旧卡不能再用。请用新卡，找不到新卡可以再打印一张。"
LOST = "这张卡已经挂失，不能再用。卡找回来了也请重新打印一张。"
INACTIVE = "这个账号已停用，请打服务电话询问。"


def card_by_code(text: str) -> MemberCard:
    """The standing card that was scanned. Raises `CardRefused` with a sentence for whoever holds it."""
    code = card_codes.parse(text)
    if code is None:
        raise CardRefused(FOREIGN)
    card = (
        MemberCard.objects.filter(digest=card_codes.digest(code)).select_related("user__member_profile__region").first()
    )
    if card is None:
        raise CardRefused(UNKNOWN)
    if card.ended_at is not None:
        raise CardRefused(LOST if card.end == MemberCard.End.LOST else REPLACED)
    if not card.user.is_active:
        raise CardRefused(INACTIVE)
    return card


def person_by_card(text: str) -> User:
    """The person whose card was scanned, for check-in at any door. Raises `CardRefused`."""
    return card_by_code(text).user


def standing_card(user: User) -> MemberCard | None:
    """The card that opens something today."""
    return MemberCard.objects.filter(user=user, ended_at__isnull=True).first()
