"""Demo accounts. Their passwords are printed and public: never on a site that others can reach."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.enums import Role


@dataclass(frozen=True)
class DemoAccount:
    username: str
    password: str
    display_name: str
    role: Role


ACCOUNTS = (
    DemoAccount("editor", "bianji-2026", "其木格", Role.EDITOR),
    DemoAccount("teacher", "jiaoshi-2026", "赵老师", Role.TEACHER),
    DemoAccount("senior", "xueyuan-2026", "王阿姨", Role.SENIOR),
    DemoAccount("clerk", "zhandian-2026", "高站长", Role.SITE),
    DemoAccount("banner", "qiqu-2026", "达旗老龄办", Role.BANNER),
    DemoAccount("admin", "guanli-2026", "管理员", Role.ADMIN),
)
EDITOR = "editor"
SENIOR = "senior"
CLERK, CLERKS_SITE = "clerk", "树林召镇银发学堂"
BANNER, BANNERS_REGION = "banner", "达拉特旗"
ADMIN = "admin"
