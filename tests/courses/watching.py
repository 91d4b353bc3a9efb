"""A player as tests drive it: watches parts of a lesson and reports them by its ticket."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from core import clock
from courses.models import Lesson
from courses.operations.reports import receive_report
from courses.tickets import write_ticket
from tests.courses.factories import LessonFactory
from tests.media_pipeline.factories import MediaAssetFactory, SourceFactory


def a_lesson(duration: float = 600.0, **fields: Any) -> Lesson:
    """A public lesson with a film of `duration` seconds."""
    return LessonFactory(media=MediaAssetFactory(source=SourceFactory(ready=True, duration=duration)), **fields)


@dataclass
class Screen:
    """One open page. Times in seconds; wall times count from its opening."""

    user: User
    lesson: Lesson
    opened_at: dt.datetime = field(default_factory=clock.now)
    session: str = field(default_factory=lambda: uuid.uuid4().hex)
    seq: int = 0

    @property
    def ticket(self) -> str:
        assert self.lesson.media_id
        return write_ticket(
            user_pk=self.user.pk, lesson_pk=self.lesson.pk, media_pk=self.lesson.media_id, opened_at=self.opened_at
        )

    def said(self, *played: tuple[float, float, float, float], place: tuple[float, float] | None = None) -> Any:
        """The next report, as it is sent; its stretches as (wall start, wall end, media start, media end)."""
        self.seq += 1
        return {
            "ticket": self.ticket,
            "session": self.session,
            "seq": self.seq,
            "played": [[round(number * 1000) for number in stretch] for stretch in played],
            "place": [round(number * 1000) for number in place] if place else None,
        }

    def report(self, *played: tuple[float, float, float, float], place: tuple[float, float] | None = None) -> int:
        """Send it. Returns the ms since the page was opened."""
        return receive_report(ticket=self.ticket, sent=self.said(*played, place=place))
