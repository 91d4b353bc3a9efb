"""Sites, their rooms and the hours of shared ones."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from places.enums import SiteKind
from places.models import AcademySite, RoomSlot
from places.queries.sites import open_sites, standing_of
from tests.places.factories import AcademySiteFactory, OrganisationFactory, RoomFactory, RoomSlotFactory, region

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "areas", "enough", "sentence"),
    [
        (SiteKind.CENTRE, [60, 40], True, "面积达标：100 平方米，要求 100 平方米"),
        (SiteKind.CENTRE, [60, 39.5], False, "面积不够"),
        (SiteKind.STATION, [50], True, "面积达标"),
        (SiteKind.STATION, [], False, "还没有登记教室（至少要 50 平方米）"),
    ],
)
def test_a_site_needs_the_area_of_its_kind(kind: str, areas: list[float], enough: bool, sentence: str) -> None:
    site = AcademySiteFactory(kind=kind)
    for area in areas:
        RoomFactory(site=site, area=Decimal(str(area)))
    standing = standing_of(site)
    assert standing.is_large_enough is enough
    assert sentence in standing.sentence


def test_open_sites_of_a_banner_in_one_query(django_assert_num_queries) -> None:
    here, there = AcademySiteFactory(), AcademySiteFactory(region=region("无定河镇"))
    closed = AcademySiteFactory(closed_on=dt.date(2026, 1, 1))
    future = AcademySiteFactory(opened_on=dt.date(2027, 1, 1))
    RoomFactory.create_batch(2, site=here)
    banner = region("达拉特旗")
    with django_assert_num_queries(1):
        found = list(open_sites(within=banner, on=dt.date(2026, 6, 1)))
        assert [(site.region.name, site.total_area, site.room_count) for site in found] == [("树林召镇", 120, 2)]
    everywhere = open_sites(on=dt.date(2026, 6, 1))
    assert set(everywhere) == {here, there}
    assert closed in open_sites(on=dt.date(2025, 12, 31))
    assert future not in everywhere


def test_the_database_refuses_what_cannot_be() -> None:
    site, room = AcademySiteFactory(), RoomFactory()
    for make in (
        lambda: AcademySiteFactory(closed_on=site.opened_on),
        lambda: AcademySiteFactory(name=site.name),
        lambda: AcademySiteFactory(latitude=91, longitude=0),
        lambda: RoomFactory(site=room.site, name=room.name),
        lambda: RoomFactory(area=0),
        lambda: RoomFactory(seats=0),
        lambda: RoomSlotFactory(begins=600, ends=600),
        lambda: RoomSlotFactory(ends=24 * 60 + 1),
        lambda: RoomSlotFactory(weekday=8),
        lambda: RoomSlotFactory(for_academy=False, user_name=""),
        lambda: OrganisationFactory(kind="别的"),
        lambda: site.facilities.create(facility="滑梯"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()


def test_a_stretch_is_told_as_people_say_it() -> None:
    assert str(RoomSlotFactory(weekday=7, begins=8 * 60 + 30, ends=10 * 60)) == "星期日 08:30–10:00"


class OverlapTest(TestCase):
    """The trigger agrees with arithmetic, whatever comes in whatever order, by insert and by update."""

    @settings(max_examples=30, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(1, 2), st.integers(0, 40), st.integers(1, 12)).map(
                lambda drawn: (drawn[0], drawn[1], drawn[1] + drawn[2])
            ),
            max_size=8,
        )
    )
    def test_two_stretches_never_overlap(self, wanted: list[tuple[int, int, int]]) -> None:
        room, other = RoomFactory(), RoomFactory()
        kept: list[tuple[int, int, int]] = []
        for weekday, begins, ends in wanted:
            clashes = any(day == weekday and start < ends and begins < end for day, start, end in kept)
            try:
                with transaction.atomic():
                    RoomSlotFactory(room=room, weekday=weekday, begins=begins, ends=ends)
            except IntegrityError:
                assert clashes
            else:
                assert not clashes
                kept.append((weekday, begins, ends))
                RoomSlotFactory(room=other, weekday=3, begins=len(kept) * 20, ends=len(kept) * 20 + 20)
        for slot in RoomSlot.objects.filter(room=other)[1:]:
            with pytest.raises(IntegrityError), transaction.atomic():
                RoomSlot.objects.filter(pk=slot.pk).update(begins=0)
        assert AcademySite.objects.count() == 2
