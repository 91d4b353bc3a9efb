from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "用户"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.enums import Role
        from accounts.roles import grant, write_roles

        grant(Role.EDITOR, "wagtailadmin.access_admin")
        grant(Role.TEACHER, "wagtailadmin.access_admin")
        grant(Role.ADMIN, "wagtailadmin.access_admin", "accounts.add_user", "accounts.change_user")
        post_migrate.connect(write_roles, dispatch_uid="accounts.write_roles")
