from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "页面"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms import receivers
        from cms.queries.stories import open_media
        from media_pipeline import publicity

        publicity.register("cms", open_media)
        receivers.connect()
        # auth comes after Wagtail in the list of apps, so its turn is when Wagtail's permissions exist.
        post_migrate.connect(_begin_site, sender=apps.get_app_config("auth"), dispatch_uid="cms.begin_site")


def _begin_site(sender: AppConfig, **kwargs: Any) -> None:
    from wagtail.models import Site

    from cms.operations.desk import arrange_desk
    from cms.operations.tree import plant_home

    arrange_desk()
    if Site.objects.filter(is_default_site=True).exists():
        plant_home()
