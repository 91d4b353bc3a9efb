"""Changing what is known of a member."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from accounts.access import masked_phone, may_see_member, may_take_in
from accounts.acting import Acting
from accounts.enums import Gender, Role
from accounts.models import MemberProfile, User
from accounts.models.profile import EARLIEST_BIRTH
from accounts.operations.acts import record_act, record_counter_act
from accounts.operations.audit import record
from core import clock
from core.errors import Refusal
from places.models import AcademySite, Region


@transaction.atomic
def change_contact(
    *, acting: Acting, display_name: str, site: AcademySite | None, contact_name: str, contact_phone: str
) -> MemberProfile:
    """What people may change by themselves, or have changed by whoever holds their 改联系方式. Raises `Refusal`."""
    profile = (
        MemberProfile.objects.select_for_update(of=("self",)).select_related("user").filter(user=acting.person).first()
    )
    if profile is None:
        raise Refusal("还没有登记资料，没有保存。")
    _set_contact(profile, contact_name, contact_phone)
    profile.site, profile.acted_by = site, acting.acted_by
    profile.save()
    if profile.user.display_name != display_name.strip():
        profile.user.display_name = display_name.strip()
        profile.user.save(update_fields=["display_name"])
    record_act(acting=acting, what="修改联系方式")
    return profile


@transaction.atomic
def correct_profile(
    *,
    profile: MemberProfile,
    clerk: User,
    full_name: str,
    birth_year: int,
    gender: Gender,
    region: Region,
    site: AcademySite | None,
    phone: str | None,
    contact_name: str,
    contact_phone: str,
) -> MemberProfile:
    """A clerk corrects a record, or adds the phone a person now has. The number stays. Raises `Refusal`."""
    row = MemberProfile.objects.select_for_update(of=("self",)).select_related("user", "region").get(pk=profile.pk)
    if not may_see_member(clerk, row):
        raise Refusal("没有保存：这位会员不归您负责。")
    if not may_take_in(clerk, region_path=region.path, site_id=site.pk if site else None):
        raise Refusal("没有保存：新的地区和学堂都不归您负责，改了您就看不到这位会员了。请让市办来改。")
    if not EARLIEST_BIRTH <= birth_year <= clock.today().year:
        raise Refusal(f"没有保存：出生年份 {birth_year} 不对，请核对身份证。")
    before = _plain(row)
    row.full_name, row.birth_year, row.gender = full_name.strip(), birth_year, gender
    row.region, row.site, row.acted_by = region, site, clerk
    _set_contact(row, contact_name, contact_phone)
    row.save()
    if row.user.phone != phone:
        if row.user.is_superuser or row.user.groups.exclude(name=Role.SENIOR).exists():
            raise Refusal("没有保存：这个账号是工作人员的，手机号要由本人改。")
        row.user.phone = phone
        try:
            with transaction.atomic():
                row.user.save(update_fields=["phone"])
        except IntegrityError as error:
            raise Refusal(f"没有保存：手机号 {masked_phone(phone)} 已经是另一个账号的，请核对。") from error
        record(actor=clerk, verb="phone.changed", subject=row.user, label=row.grouped_number, path=row.region.path)
    record(
        actor=clerk,
        verb="member.corrected",
        subject=row,
        label=row.grouped_number,
        before=before,
        after=_plain(row),
        path=row.region.path,
        site_id=row.site_id,
    )
    record_counter_act(person=row.user, by=clerk, what="更正会员资料")
    return row


def _plain(profile: MemberProfile) -> dict[str, int | None]:
    """What of a member may stand in an audit row: where, not who."""
    return {"region": profile.region_id, "site": profile.site_id}


def _set_contact(profile: MemberProfile, name: str, phone: str) -> None:
    profile.contact_name, profile.contact_phone = name.strip(), phone.strip()
    if bool(profile.contact_name) != bool(profile.contact_phone):
        raise Refusal("没有保存：紧急联系人的姓名和电话要一起填。")
