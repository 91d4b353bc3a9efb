"""How long the way between two sites is taken to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.models import AcademySite, Region
from places.travel import distance_km, travel_minutes
from tests.places.factories import AcademySiteFactory, region


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("there", "minutes"), [("树林召镇", 20), ("白泥井镇", 60), ("无定河镇", 120), ("达拉特旗", 60), ("鄂尔多斯市", 120)]
)
def test_by_the_regions_alone(there: str, minutes: int) -> None:
    here, goal = AcademySiteFactory(), AcademySiteFactory(region=region(there))
    assert travel_minutes(here, goal) == travel_minutes(goal, here) == minutes
    assert travel_minutes(here, here) == 0


def site(pk: int, latitude: float | None, longitude: float | None) -> AcademySite:
    return AcademySite(pk=pk, latitude=latitude, longitude=longitude, region=Region(path=f"/{pk:06d}/"))


def test_known_distances() -> None:
    dong_sheng, kang_bashi = site(1, 39.82, 109.99), site(2, 39.61, 109.79)
    distance = distance_km(dong_sheng, kang_bashi)
    assert distance is not None
    assert 28 < distance < 30
    assert travel_minutes(dong_sheng, kang_bashi) == 50
    assert distance_km(dong_sheng, site(3, None, None)) is None


coordinates = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(coordinates, coordinates)
def test_there_and_back_are_alike_and_never_free(one: tuple[float, float], other: tuple[float, float]) -> None:
    here, there = site(1, *one), site(2, *other)
    minutes = travel_minutes(here, there)
    assert minutes >= 10
    assert minutes % 5 == 0
    assert abs(minutes - travel_minutes(there, here)) <= 5
