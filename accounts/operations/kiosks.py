"""Turning a browser into a kiosk and back, and signing in at one.

Wrong tries are counted and committed before the refusal is raised: an attempt that rolled itself back would be free.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction

from accounts import numbers
from accounts.access import may_see_member
from accounts.models import Kiosk, KioskPin, MemberProfile, User
from accounts.operations.acts import record_counter_act
from accounts.operations.audit import record
from accounts.queries.cards import INACTIVE, person_by_card
from accounts.scope import scope_of
from core import clock
from core.errors import Refusal
from places.models import AcademySite

MOST_PIN_MISSES = 5
MOST_KIOSK_MISSES = 10
KIOSK_PAUSE = dt.timedelta(minutes=10)
WRONG = "会员号或数字密码不对。请检查后再试；也可以扫会员卡，或请站点人员帮忙。"
LOCKED = "这个会员号试错太多次，数字密码已经锁住。请扫会员卡，或请站点人员重新设一个数字密码。"
PAUSED = "这台共用屏上试错太多次，请过 10 分钟再用会员号登录。会员卡现在就能用。"
SLIP = "会员号有一位不对，请照着会员卡再输一次。"
WEAK = {"0123", "1234", "2345", "3456", "4567", "5678", "6789", "9876", "8765", "7654", "6543", "5432", "4321", "3210"}


def open_kiosk(*, site: AcademySite, name: str, clerk: User) -> Kiosk:
    """Raises `Refusal` for a site that isn't the clerk's, an empty name, or one that is taken."""
    name = name.strip()
    if not scope_of(clerk).covers_site(site.pk, site.region.path):
        raise Refusal("没有设置：这个站点不归您负责。")
    if site.closed_on is not None and site.closed_on <= clock.today():
        raise Refusal("没有设置：这个站点已经停用。")
    if not name:
        raise Refusal("没有设置：请写这台屏放在哪里，例如：一楼大厅左边。")
    try:
        with transaction.atomic():
            kiosk = Kiosk.objects.create(site=site, name=name[:40], opened_by=clerk)
            record(actor=clerk, verb="kiosk.opened", subject=kiosk, path=site.region.path, site_id=site.pk)
            return kiosk
    except IntegrityError as error:
        raise Refusal(f"没有设置：{site.name}已经有一台叫“{name}”的共用屏，请换个名字或先停用旧的。") from error


@transaction.atomic
def close_kiosk(*, kiosk: Kiosk, by: User) -> None:
    """The browser is an ordinary one from its next request on; whoever is signed in there is signed out."""
    row = Kiosk.objects.select_for_update(of=("self",)).select_related("site__region").get(pk=kiosk.pk)
    if not scope_of(by).covers_site(row.site_id, row.site.region.path):
        raise Refusal("没有停用：这个站点不归您负责。")
    if row.closed_at is None:
        row.closed_at, row.closed_by = clock.now(), by
        row.save(update_fields=["closed_at", "closed_by", "updated_at"])
        record(actor=by, verb="kiosk.closed", subject=row, path=row.site.region.path, site_id=row.site_id)


def sign_in_by_card(*, kiosk: Kiosk, text: str) -> User:
    """The person whose card was scanned at this kiosk. Raises `CardRefused`."""
    user = person_by_card(text)
    Kiosk.objects.filter(pk=kiosk.pk).update(seen_at=clock.now())
    return user


def sign_in_by_number(*, kiosk: Kiosk, number: str, pin: str) -> User:
    """The member with this number and four digits. The same sentence for an unknown number and for wrong digits.

    Five wrong tries lock a member's digits, ten within ten minutes pause the kiosk. Raises `Refusal`.
    """
    with transaction.atomic():
        row = Kiosk.objects.select_for_update().get(pk=kiosk.pk)
        refusal = _paused(row) or _slip(number)
        user = None
        if refusal is None:
            user, refusal = _try(number, pin)
            if user is None:
                _count_miss(row)
            else:
                row.seen_at = clock.now()
                row.save(update_fields=["seen_at", "updated_at"])
    if user is None:
        raise Refusal(refusal or WRONG)
    return user


def _paused(kiosk: Kiosk) -> str | None:
    if kiosk.misses_since is not None and clock.now() - kiosk.misses_since >= KIOSK_PAUSE:
        kiosk.misses, kiosk.misses_since = 0, None
    return PAUSED if kiosk.misses >= MOST_KIOSK_MISSES else None


def _slip(number: str) -> str | None:
    """A number that can't be one costs no try: it says nothing about anybody."""
    return None if numbers.parse(number) else SLIP


def _count_miss(kiosk: Kiosk) -> None:
    kiosk.misses += 1
    kiosk.misses_since = kiosk.misses_since or clock.now()
    if kiosk.misses >= MOST_KIOSK_MISSES:
        kiosk.misses_since = clock.now()
    kiosk.save(update_fields=["misses", "misses_since", "updated_at"])


def _try(number: str, pin: str) -> tuple[User | None, str | None]:
    found = (
        KioskPin.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(user__member_profile__number=numbers.parse(number))
        .first()
    )
    if found is None:
        make_password(pin)  # as slow as a real one, so that the time doesn't tell who has digits
        return None, WRONG
    if found.misses >= MOST_PIN_MISSES:
        return None, LOCKED
    if not check_password(numbers.plain_digits(pin), found.hashed):
        found.misses += 1
        found.save(update_fields=["misses", "updated_at"])
        return None, LOCKED if found.misses >= MOST_PIN_MISSES else WRONG
    if not found.user.is_active:
        return None, INACTIVE
    if found.misses:
        found.misses = 0
        found.save(update_fields=["misses", "updated_at"])
    return found.user, None


@transaction.atomic
def set_pin(*, profile: MemberProfile, pin: str, by: User) -> None:
    """Set or replace the four digits; that also unlocks them. Raises `Refusal` for digits anybody would try."""
    if by != profile.user and not may_see_member(by, profile):
        raise Refusal("没有设置：这位会员不归您负责。")
    digits = numbers.plain_digits(pin)
    if len(digits) != 4 or not digits.isascii() or not digits.isdigit():
        raise Refusal("没有设置：数字密码要四位数字，例如 2580。")
    phone = profile.user.phone or ""
    if len(set(digits)) == 1 or digits in WEAK or digits == str(profile.birth_year) or digits == phone[-4:]:
        raise Refusal("没有设置：这四位太好猜了（连号、同一个数、出生年份、手机尾号都不行），请换四位。")
    KioskPin.objects.update_or_create(
        user=profile.user, defaults={"hashed": make_password(digits), "misses": 0, "set_by": by}
    )
    record(
        actor=by,
        verb="pin.set",
        subject=profile,
        label=profile.grouped_number,
        path=profile.region.path,
        site_id=profile.site_id,
    )
    record_counter_act(person=profile.user, by=by, what="设置数字密码")
