from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlacesConfig(AppConfig):
    name = "places"
    verbose_name = "地区与站点"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from core.imports import kinds
        from places.imports.organisations import OrganisationImport
        from places.imports.regions import RegionImport
        from places.imports.sites import SiteImport

        for kind in (RegionImport, OrganisationImport, SiteImport):
            kinds.register(kind)
        post_migrate.connect(_plant_regions, sender=self, dispatch_uid="places.plant_regions")


def _plant_regions(sender: AppConfig, **kwargs: Any) -> None:
    from places.operations.planting import plant_regions

    plant_regions()
