"""Audit rows: what they keep, what they refuse, and that nobody changes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEntry
from accounts.operations.audit import record
from tests.accounts.factories import UserFactory
from tests.places.factories import AcademySiteFactory

pytestmark = pytest.mark.django_db


def test_a_row_keeps_who_what_and_only_what_changed() -> None:
    clerk, site = UserFactory(), AcademySiteFactory()
    entry = record(
        actor=clerk,
        verb="site.moved",
        subject=site,
        before={"kind": "a", "area": 90},
        after={"kind": "a", "area": Decimal("120.00"), "since": dt.date(2026, 3, 1), "rooms": [1, 2]},
        path=site.region.path,
        site_id=site.pk,
    )
    entry.refresh_from_db()
    assert (entry.actor, entry.model, entry.object_id) == (clerk, "places.AcademySite", str(site.pk))
    assert entry.label == site.name
    assert entry.before == {"area": 90}
    assert entry.after == {"area": "120.00", "since": "2026-03-01", "rooms": [1, 2]}


def test_personal_data_never_gets_in() -> None:
    person = UserFactory(username="13812345678")
    for key in ("phone", "password", "address"):
        with pytest.raises(ValueError, match="personal data"):
            record(actor=None, verb="x", subject=person, after={key: "y"})
    with pytest.raises(ValueError, match="plain value"):
        record(actor=None, verb="x", subject=person, after={"who": person})
    entry = record(actor=None, verb="x", subject=person, after={"note": "打 13812345678 找他", "all": ["13812345678"]})
    assert "12345678" not in f"{entry.label}{entry.after}"


def test_nobody_changes_or_deletes_a_row() -> None:
    entry = record(actor=None, verb="x", subject=UserFactory())
    rows = AuditEntry.objects.filter(pk=entry.pk)
    with pytest.raises(DatabaseError, match="audit_is_append_only"), transaction.atomic():
        rows.update(verb="y")
    with pytest.raises(DatabaseError, match="audit_is_append_only"), transaction.atomic():
        rows.delete()
    assert rows.get().verb == "x"
