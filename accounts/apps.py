from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

MEMBER_RIGHTS = ("view_memberprofile", "add_memberprofile", "change_memberprofile", "view_kiosk", "add_kiosk")
"""What staff of academies may do at all; for whom and where is `accounts.scope`."""


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "用户"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import acts, checks, receivers  # noqa: F401 the last two register themselves
        from accounts.enums import Role
        from accounts.roles import grant, write_roles
        from accounts.verbs import name_verbs
        from places import scope

        grant(Role.EDITOR, "wagtailadmin.access_admin")
        grant(Role.TEACHER, "wagtailadmin.access_admin")
        grant(Role.ADMIN, "wagtailadmin.access_admin", "accounts.add_user", "accounts.change_user")
        for role in (Role.CITY, Role.BANNER):
            grant(
                role,
                "wagtailadmin.access_admin",
                "accounts.add_roleassignment",
                "accounts.change_roleassignment",
                "accounts.view_auditentry",
                "axes.view_accessattempt",
                "mfa.view_authenticator",
            )
        grant(Role.SITE, "wagtailadmin.access_admin")
        grant(Role.SCHOOL, "wagtailadmin.access_admin")
        for role in (Role.CITY, Role.BANNER, Role.SITE, Role.ADMIN):
            grant(role, *(f"accounts.{verb}" for verb in MEMBER_RIGHTS))
        grant(
            Role.ADMIN,
            "accounts.add_roleassignment",
            "accounts.change_roleassignment",
            "accounts.view_auditentry",
            "accounts.view_smsmessage",
            "axes.view_accessattempt",
            "mfa.view_authenticator",
        )
        name_verbs(
            {
                "role.granted": "授予角色",
                "role.ended": "结束角色",
                "person.registered": "登记账号",
                "password.chosen": "设置密码",
                "phone.changed": "改手机号",
                "factor.on": "开通两步登录",
                "factor.off": "关闭两步登录",
                "factor.taken": "解除两步登录",
                "lock.lifted": "解除登录锁定",
                "member.corrected": "更正会员资料",
                "circumstance.checked": "核对优先情形",
                "circumstance.ended": "取消优先情形",
                "card.printed": "打印会员卡",
                "card.lost": "挂失会员卡",
                "pin.set": "设置数字密码",
                "kiosk.opened": "设置共用屏",
                "kiosk.closed": "停用共用屏",
                "delegation.granted": "登记委托",
                "delegation.ended": "停止委托",
            }
        )
        acts.register("accounts", acts.own_acts)
        # Places and imported tables lie below: they can't know roles, so their rights are given here.
        grant(Role.ADMIN, "core.view_importbatch")
        for role in (Role.ADMIN, Role.CITY, Role.BANNER):
            for model in ("region", "organisation", "academysite"):
                grant(role, f"places.add_{model}", f"places.change_{model}")
        grant(Role.SITE, "places.change_academysite")
        scope.register(_paths_of, sites=_sites_of)
        post_migrate.connect(write_roles, dispatch_uid="accounts.write_roles")


def _paths_of(user: Any) -> tuple[str, ...]:
    from accounts.scope import scope_of

    scope = scope_of(user)
    return ("/",) if scope.everything else scope.paths


def _sites_of(user: Any) -> frozenset[int]:
    from accounts.scope import scope_of

    return scope_of(user).sites
