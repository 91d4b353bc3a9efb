from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "用户"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import checks, receivers  # noqa: F401 they register themselves
        from accounts.enums import Role
        from accounts.roles import grant, write_roles
        from accounts.verbs import name_verbs

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
            }
        )
        post_migrate.connect(write_roles, dispatch_uid="accounts.write_roles")
