"""Becoming a member: at a counter with a clerk, or by oneself after the first sign-in."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts import numbers
from accounts.access import masked_phone, may_take_in
from accounts.enums import Circumstance, Gender, Role
from accounts.errors import LikelyDuplicate
from accounts.models import MemberProfile, MemberSeries, User
from accounts.models.profile import CONSENT_VERSION, EARLIEST_BIRTH
from accounts.operations.acts import record_counter_act
from accounts.operations.circumstances import state_circumstance
from accounts.operations.people import register_person
from accounts.queries.members import banner_of, lookalikes
from core import clock
from core.errors import Refusal
from places.enums import Level
from places.models import AcademySite, Region

NO_CONSENT = "没有登记：要先把同意书念给本人听，本人同意了才能登记。"
NOT_YOURS = "没有登记：这个地区不归您负责。请选您负责的地区，或选您站点作为常去的学堂。"
FULL = "没有登记：这个旗区今年的会员号用完了，请告诉市办。"


@transaction.atomic
def register_member(
    *,
    clerk: User,
    full_name: str,
    birth_year: int,
    gender: Gender,
    region: Region,
    site: AcademySite | None = None,
    phone: str | None = None,
    contact_name: str = "",
    contact_phone: str = "",
    circumstances: frozenset[Circumstance] = frozenset(),
    consented: bool = False,
    insist: bool = False,
) -> MemberProfile:
    """An account without a password and a profile, made by a clerk for someone at the counter.

    Someone who signed in with this phone before, and has no profile yet, keeps that account. Raises `LikelyDuplicate`
    unless the clerk insists that it is another person; `Refusal` for anything the rules don't allow.
    """
    if not consented:
        raise Refusal(NO_CONSENT)
    if not may_take_in(clerk, region_path=region.path, site_id=site.pk if site else None):
        raise Refusal(NOT_YOURS)
    full_name = full_name.strip()
    holder = User.objects.filter(phone=phone).first() if phone else None
    _check_duplicates(
        full_name=full_name, birth_year=birth_year, region=region, phone=phone, holder=holder, insist=insist
    )
    number = _next_number(region)
    user = holder or register_person(phone=phone, display_name=full_name, actor=clerk)
    profile = _make_profile(
        user=user,
        number=number,
        full_name=full_name,
        birth_year=birth_year,
        gender=gender,
        region=region,
        site=site,
        contact_name=contact_name,
        contact_phone=contact_phone,
        acted_by=clerk,
    )
    for kind in sorted(circumstances):
        state_circumstance(profile=profile, kind=kind, by=clerk)
    record_counter_act(person=user, by=clerk, what="登记为会员")
    return profile


@transaction.atomic
def complete_profile(
    *,
    user: User,
    full_name: str,
    birth_year: int,
    gender: Gender,
    region: Region,
    site: AcademySite | None = None,
    contact_name: str = "",
    contact_phone: str = "",
    consented: bool = False,
) -> MemberProfile:
    """The profile of someone who signs in by themselves. Raises `Refusal`."""
    if not consented:
        raise Refusal("还没有保存：请先勾选“我同意”。")
    if MemberProfile.objects.filter(user=user).exists():
        raise Refusal("您已经登记过了，没有再登记一次。")
    return _make_profile(
        user=user,
        number=_next_number(region),
        full_name=full_name.strip(),
        birth_year=birth_year,
        gender=gender,
        region=region,
        site=site,
        contact_name=contact_name,
        contact_phone=contact_phone,
        acted_by=None,
    )


def _check_duplicates(
    *, full_name: str, birth_year: int, region: Region, phone: str | None, holder: User | None, insist: bool
) -> None:
    if holder is not None:
        if MemberProfile.objects.filter(user=holder).exists() or holder.groups.exclude(name=Role.SENIOR).exists():
            raise Refusal(
                f"没有登记：手机号 {masked_phone(phone)} 已经是另一个账号的。"
                "请核对是不是登记过；几位家人共用一部手机的，把手机号空着。"
            )
        if not insist:
            raise LikelyDuplicate(
                f"手机号 {masked_phone(phone)} 已经有账号，还没有登记资料。如果就是面前这位，请点“核对过了，继续登记”。"
            )
    if not insist and lookalikes(full_name=full_name, birth_year=birth_year, region=region, phone=phone):
        raise LikelyDuplicate("同一个旗区已经有同名、同年出生的会员，可能登记过了。请先核对下面的名单。")


def _make_profile(*, user: User, birth_year: int, full_name: str, **fields: object) -> MemberProfile:
    if not EARLIEST_BIRTH <= birth_year <= clock.today().year:
        raise Refusal(f"没有登记：出生年份 {birth_year} 不对，请核对身份证。")
    if not full_name:
        raise Refusal("没有登记：姓名是空的。")
    profile = MemberProfile(
        user=user,
        birth_year=birth_year,
        full_name=full_name,
        consented_at=clock.now(),
        consent_version=CONSENT_VERSION,
        **fields,
    )
    profile.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            profile.save(force_insert=True)
    except IntegrityError as error:
        raise Refusal("没有再登记一次：这个账号刚刚登记好了。") from error
    return profile


def _next_number(region: Region) -> str:
    """The next number of the region's banner, under lock: two clerks never give out the same."""
    banner, year = banner_of(region), clock.today().year
    series, _ = MemberSeries.objects.select_for_update().get_or_create(
        region=banner, year=year, defaults={"code": _code_of(banner)}
    )
    if series.last >= numbers.LAST:
        raise Refusal(FULL)
    series.last += 1
    series.save(update_fields=["last"])
    return numbers.compose(code=series.code, year=year, running=series.last)


def _code_of(banner: Region) -> str:
    """A banner keeps the code it once had, whatever it is called today."""
    earlier = MemberSeries.objects.filter(region=banner).aggregate(code=Max("code"))["code"]
    if earlier:
        return str(earlier)
    if banner.level == Level.CITY:
        return numbers.CITY_CODE
    taken = set(MemberSeries.objects.values_list("code", flat=True))
    own = numbers.BANNER_CODES.get(banner.name)
    for code in (*([own] if own else []), *numbers.SPARE_CODES):
        if code not in taken:
            return code
    raise Refusal(FULL)
