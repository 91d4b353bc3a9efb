"""What a demo film and the page around it are made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from courses.enums import Audience, Category


class Style(StrEnum):
    """SLIDES: words on a still page. MOTION: two discs moving like hands over a drifting ground. SOUND: no picture."""

    SLIDES = "slides"
    MOTION = "motion"
    SOUND = "sound"


@dataclass(frozen=True)
class Film:
    """Spoken sentence by sentence; each is shown while it is said. Sizes in pixels."""

    sentences: tuple[str, ...]
    style: Style = Style.SLIDES
    width: int = 1280
    height: int = 720
    rate: int = 25
    captions: bool = True


@dataclass(frozen=True)
class DemoLesson:
    title: str
    summary: str
    film: Film
    audience: Audience = Audience.PUBLIC


@dataclass(frozen=True)
class DemoCourse:
    slug: str
    category: Category
    title: str
    summary: str
    description: str
    teacher: str
    tags: tuple[str, ...]
    lessons: tuple[DemoLesson, ...]


@dataclass(frozen=True)
class DemoStory:
    """`body` is a list of (kind, text): h2, text or quote."""

    slug: str
    title: str
    place: str
    programme: str
    lead: str
    body: tuple[tuple[str, str], ...]
    film: Film


@dataclass(frozen=True)
class DemoShort:
    slug: str
    title: str
    place: str
    caption: str
    film: Film
