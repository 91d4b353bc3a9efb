"""学期半年: the half-year by which the catalogue is renewed (鄂民发〔2024〕144号), and the field that keeps one.

A half-year begins on 1 January or 1 July in Asia/Shanghai. It is stored as text, `2026H1`, which also sorts rightly.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

PATTERN = re.compile(r"(\d{4})H([12])")
FIRST_MONTH = {1: 1, 2: 7}


@dataclass(frozen=True, order=True)
class HalfYear:
    """`HalfYear(2026, 1)` is 2026H1: 1 January to 30 June 2026. Ordered by time."""

    year: int
    half: int

    def __post_init__(self) -> None:
        if self.half not in FIRST_MONTH or not dt.MINYEAR < self.year < dt.MAXYEAR:
            raise ValueError(f"no such half-year: {self.year} {self.half}")

    @classmethod
    def parse(cls, text: str) -> HalfYear:
        """Read `2026H1`. Raises `ValueError`."""
        found = PATTERN.fullmatch(text.strip().upper())
        if found is None:
            raise ValueError(f"not a half-year: {text!r}")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: dt.date) -> HalfYear:
        """The half-year that holds a day. An instant counts by its day in Asia/Shanghai."""
        if isinstance(day, dt.datetime):
            day = timezone.localtime(day).date()
        return cls(day.year, 1 if day.month < FIRST_MONTH[2] else 2)

    @property
    def begins_on(self) -> dt.date:
        return dt.date(self.year, FIRST_MONTH[self.half], 1)

    @property
    def ends_on(self) -> dt.date:
        """The last day, inclusive: a deadline on it holds until 24:00."""
        return self.next.begins_on - dt.timedelta(days=1)

    @property
    def begins_at(self) -> dt.datetime:
        """The first instant, aware."""
        return timezone.make_aware(dt.datetime.combine(self.begins_on, dt.time.min))

    @property
    def next(self) -> HalfYear:
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)

    @property
    def previous(self) -> HalfYear:
        return HalfYear(self.year, 1) if self.half == 2 else HalfYear(self.year - 1, 2)

    @property
    def label(self) -> str:
        """As a page says it: 2026 年上半年."""
        return f"{self.year} 年{'上' if self.half == 1 else '下'}半年"

    def __str__(self) -> str:
        return f"{self.year}H{self.half}"


class HalfYearField(models.CharField):
    """Keeps a `HalfYear`; accepts `2026H1` as well. The database holds the text."""

    # What django-stubs reads: assigned as either, read back as a HalfYear.
    _pyi_private_set_type: HalfYear | str  # type: ignore[assignment]
    _pyi_private_get_type: HalfYear  # type: ignore[assignment]

    default_validators = [RegexValidator(rf"^{PATTERN.pattern}$", "半年要写成 2026H1 这样。")]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 6
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> HalfYear | None:
        return HalfYear.parse(value) if value else None

    def to_python(self, value: Any) -> HalfYear | None:
        if value is None or isinstance(value, HalfYear):
            return value
        try:
            return HalfYear.parse(str(value))
        except ValueError as error:
            raise ValidationError("半年要写成 2026H1 这样。") from error

    def run_validators(self, value: Any) -> None:
        super().run_validators(str(value) if value else value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value in (None, "") else str(self.to_python(value))

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj) or "")

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"max_length": 6, **kwargs})
