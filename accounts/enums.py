"""The roles. Their values are the names of the groups that hold their rights, and what a page calls them."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """市办 and 旗区民政局 answer for a region, 站点人员 for a site, 学校 for an organisation; a teacher or an editor
    for a region or an organisation. `RoleAssignment` says which.
    """

    EDITOR = "编辑"
    TEACHER = "教师"
    SENIOR = "学员"
    ADMIN = "管理员"
    CITY = "市办"
    BANNER = "旗区民政局"
    SITE = "站点人员"
    SCHOOL = "学校"
