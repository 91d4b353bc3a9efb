"""Who may do what at the desk of offerings and teachers. Where each may do it is `accounts.scope`'s matter."""

from __future__ import annotations

from accounts.enums import Role
from accounts.roles import grant

VERBS = ("view", "add", "change")


def grant_desk_rights() -> None:
    """Sites open offerings, activities and teams; bureaus and the city also enter teachers and exam weeks, pay fees."""
    for role in (Role.SITE, Role.BANNER, Role.CITY, Role.ADMIN):
        grant(role, "wagtailadmin.access_admin", *(f"courses.{verb}_offering" for verb in VERBS))
        for model in ("activity", "learningteam"):
            grant(role, *(f"courses.{verb}_{model}" for verb in VERBS))
        grant(role, "courses.view_teacherfee", "courses.add_teacherfee")
        grant(role, "courses.view_enrolment", "courses.export_enrolment", "courses.enrol_for_others")
    for role in (Role.BANNER, Role.CITY, Role.ADMIN):
        grant(role, "courses.change_teacherfee")
        for model in ("teacher", "examweek"):
            grant(role, *(f"courses.{verb}_{model}" for verb in VERBS))
    for role in (Role.CITY, Role.ADMIN):
        grant(role, *(f"courses.{verb}_publicholiday" for verb in VERBS))
        grant(role, *(f"courses.{verb}_enrolmentrule" for verb in (*VERBS, "delete")))
    grant(Role.TEACHER, "courses.view_enrolment")


def grant_catalogue_rights() -> None:
    """Editors build and seal, the city's office or an administrator approves; wishes are noted at every desk."""
    looking = ["courses.view_catalogueedition"]
    building = [f"courses.{verb}_catalogueedition" for verb in ("add", "change", "seal")]
    ruling = [f"courses.{verb}_catalogueedition" for verb in ("approve", "flip")]
    grant(Role.EDITOR, *looking, *building, "courses.flip_catalogueedition", "courses.add_wish")
    grant(Role.CITY, *looking, *ruling, "courses.add_wish")
    grant(Role.ADMIN, *looking, *building, *ruling, "courses.add_wish")
    for role in (Role.BANNER, Role.SITE):
        grant(role, "courses.add_wish")
