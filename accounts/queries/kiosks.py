"""Kiosks of a site, and the one a request comes from."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from accounts.access import Viewer
from accounts.models import Kiosk
from accounts.scope import scope_of
from core import clock
from places.models import AcademySite


def open_kiosk_by_key(key: str) -> Kiosk | None:
    """The kiosk of a browser's cookie, as long as neither it nor its site is closed."""
    try:
        found = Kiosk.objects.select_related("site").get(key=uuid.UUID(key), closed_at__isnull=True)
    except (ValueError, Kiosk.DoesNotExist):
        return None
    closed_on = found.site.closed_on
    return found if closed_on is None or closed_on > clock.today() else None


def kiosks_for(viewer: Viewer) -> QuerySet[Kiosk]:
    """Kiosks of the sites that `viewer` answers for, open ones first."""
    rows = scope_of(viewer).at_sites(Kiosk.objects.select_related("site", "opened_by"))
    return rows.order_by("closed_at", "site__name", "name")


def sites_for(viewer: Viewer) -> QuerySet[AcademySite]:
    """Open sites that `viewer` answers for."""
    return (
        scope_of(viewer)
        .at_sites(AcademySite.objects.exclude(closed_on__lte=clock.today()), "")
        .select_related("region")
        .order_by("region__path", "name")
    )
