"""Roles: granted for a place, ended, and kept in step with the groups that hold their rights."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.enums import Role
from accounts.models import RoleAssignment, User
from accounts.operations.audit import record
from accounts.queries.roles import Place, kinds_of_place, may_grant
from core import clock
from core.errors import Refusal
from places.enums import Level, OrganisationKind

NOT_YOURS = "没有授权：这个角色或这个地方不归您管。请找上一级来办。"


def grant_role(
    *,
    actor: User,
    user: User,
    role: Role,
    place: Place,
    valid_from: dt.date,
    valid_until: dt.date | None = None,
) -> RoleAssignment:
    """Give `user` a role for a place. The group follows at once, or on the first day.

    Raises Refusal if it isn't the actor's to give, the place doesn't fit the role, or the person has it already.
    """
    if not may_grant(actor, role, place):
        raise Refusal(NOT_YOURS)
    check_place(role, place)
    if not user.is_active:
        raise Refusal("没有授权：这个账号已经停用。")
    if valid_until is not None and valid_until <= max(valid_from, clock.today()):
        raise Refusal("没有授权：“到哪天止”要在“从哪天起”和今天之后。")
    with transaction.atomic():
        # One at a time for one person: two officers granting the same role at once must see each other.
        User.objects.select_for_update().get(pk=user.pk)
        standing = RoleAssignment.objects.filter(user=user, role=role, **place.as_fields())
        if valid_until is not None:
            standing = standing.filter(valid_from__lt=valid_until)
        if standing.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=valid_from)).exists():
            raise Refusal("没有授权：这段时间里，这个人在这里已经有这个角色了。")
        try:
            with transaction.atomic():
                assignment = RoleAssignment.objects.create(
                    user=user,
                    role=role,
                    valid_from=valid_from,
                    valid_until=valid_until,
                    granted_by=actor,
                    **place.as_fields(),
                )
        except IntegrityError as error:
            raise Refusal("没有授权：刚刚有别人给了同样的角色。") from error
        _note(actor, assignment, "role.granted", before={})
        settle_groups_of(user=user)
    return assignment


def end_role(*, actor: User | None, assignment: RoleAssignment, on: dt.date | None = None) -> RoleAssignment:
    """The role no longer holds from `on` (today by default). Raises Refusal if it isn't the actor's to end."""
    on = on or clock.today()
    with transaction.atomic():
        assignment = RoleAssignment.objects.select_for_update().select_related("user").get(pk=assignment.pk)
        if actor is not None and not may_grant(actor, Role(assignment.role), Place.of(assignment)):
            raise Refusal("没有结束：这个角色不归您管。请找上一级来办。")
        if assignment.valid_until is not None and assignment.valid_until <= clock.today():
            raise Refusal("这个角色已经结束了。")
        if on < clock.today():
            raise Refusal("没有结束：日期不能在今天以前。")
        before = assignment.valid_until
        # Ended before its first day: it never holds.
        assignment.valid_until = max(on, assignment.valid_from)
        assignment.save(update_fields=["valid_until", "updated_at"])
        _note(actor, assignment, "role.ended", before={"valid_until": before})
        settle_groups_of(user=assignment.user)
    return assignment


def check_place(role: Role, place: Place) -> None:
    """Raises Refusal unless the role can be held for such a place."""
    allowed = kinds_of_place(role)
    if place.kind not in allowed:
        raise Refusal(f"没有授权：“{role}”要选{'或'.join(allowed) or '另一种角色'}。")
    if role == Role.CITY and place.region and place.region.level != Level.CITY:
        raise Refusal("没有授权：市办的地区要选市。")
    if role == Role.BANNER and place.region and place.region.level != Level.BANNER:
        raise Refusal("没有授权：旗区民政局的地区要选旗区。")
    if role == Role.SCHOOL and place.organisation and place.organisation.kind != OrganisationKind.SCHOOL:
        raise Refusal("没有授权：这个单位不是学校。")


def settle_groups_of(*, user: User) -> None:
    """Groups of roles that this person ever held by an assignment follow the assignments of today."""
    held = RoleAssignment.objects.filter(user=user)
    standing = set(held.standing(clock.today()).values_list("role", flat=True))
    ever = set(held.values_list("role", flat=True))
    groups = {group.name: group for group in Group.objects.filter(name__in=ever)}
    user.groups.add(*(groups[name] for name in standing if name in groups))
    user.groups.remove(*(groups[name] for name in ever - standing if name in groups))


def settle_groups() -> int:
    """For everybody whose role began or ended: run each day. Returns how many people were looked at."""
    people = User.objects.filter(role_assignments__isnull=False).distinct()
    for user in people.iterator():
        settle_groups_of(user=user)
    return people.count()


def _note(actor: User | None, assignment: RoleAssignment, verb: str, *, before: dict[str, object]) -> None:
    place = Place.of(assignment)
    record(
        actor=actor,
        verb=verb,
        subject=assignment,
        label=f"{assignment.role}：{place}",
        before=before,
        after={
            "user": assignment.user_id,
            "role": assignment.role,
            "place": str(place),
            "valid_from": assignment.valid_from,
            "valid_until": assignment.valid_until,
        }
        if verb == "role.granted"
        else {"valid_until": assignment.valid_until},
        path=place.path,
        site_id=place.site.pk if place.site else None,
    )
