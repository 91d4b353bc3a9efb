"""Places for tests. The planted regions of the city are there in every test; these stand beside them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from places.enums import OrganisationKind, SiteKind
from places.models import AcademySite, Organisation, Region, Room, RoomSlot


def region(name: str) -> Region:
    """A planted region by its name."""
    return Region.objects.get(name=name)


class OrganisationFactory(DjangoModelFactory):
    name = factory.Sequence("第{}图书馆".format)
    kind = OrganisationKind.LIBRARY
    region = factory.LazyFunction(lambda: region("东胜区"))

    class Meta:
        model = Organisation


class AcademySiteFactory(DjangoModelFactory):
    name = factory.Sequence("树林召镇第{}银发学堂".format)
    kind = SiteKind.CENTRE
    region = factory.LazyFunction(lambda: region("树林召镇"))
    address = "树林召大街 1 号"
    opened_on = dt.date(2025, 3, 1)

    class Meta:
        model = AcademySite


class RoomFactory(DjangoModelFactory):
    site = factory.SubFactory(AcademySiteFactory)
    name = factory.Sequence("{} 号教室".format)
    area = Decimal(60)
    seats = 30

    class Meta:
        model = Room


class RoomSlotFactory(DjangoModelFactory):
    room = factory.SubFactory(RoomFactory)
    weekday = 1
    begins = 9 * 60
    ends = 11 * 60

    class Meta:
        model = RoomSlot
