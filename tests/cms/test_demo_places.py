"""The demo's academies."""

from __future__ import annotations

import pytest

from cms.demo.places import write_places
from places.models import AcademySite, Organisation, Room
from places.queries.regions import banners
from places.queries.sites import standing_of


@pytest.mark.django_db
def test_every_banner_has_an_academy_large_enough_and_none_is_made_twice() -> None:
    write_places()
    for banner in banners():
        assert AcademySite.objects.filter(region__path__startswith=banner.path).exists(), banner
    assert all(standing_of(site).is_large_enough for site in AcademySite.objects.all())
    counted = [model.objects.count() for model in (AcademySite, Organisation, Room)]
    write_places()
    assert [model.objects.count() for model in (AcademySite, Organisation, Room)] == counted
