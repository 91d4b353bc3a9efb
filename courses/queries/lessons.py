"""Reading one lesson, and which media lessons show to everyone."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.access import Viewer
from accounts.models import User
from core import clock
from courses.enums import Audience
from courses.models import Lesson
from courses.queries.catalogue import LessonRow, lesson_rows
from courses.queries.homework import sent_by
from courses.queries.positions import place_to_go_on
from courses.queries.progress import HowFar, rule_sentence
from courses.queries.quiz import questions_of
from courses.queries.showing import show
from courses.tickets import write_ticket
from media_pipeline import links, webvtt
from media_pipeline.enums import CaptionOrigin
from media_pipeline.models import MediaAsset
from media_pipeline.queries.captions import current_caption


def find_lesson(*, slug: str, number: int) -> Lesson:
    """A public lesson of a public course, with its media. Raises `Lesson.DoesNotExist`."""
    return Lesson.objects.select_related("course__cover", "media__source").get(
        course__slug=slug, course__live=True, number=number, live=True
    )


def open_media(asset_ids: set[int]) -> set[int]:
    """Those of `asset_ids` that some lesson shows to everyone, signed in or not."""
    shown = Lesson.objects.filter(
        media_id__in=asset_ids, live=True, course__live=True, audience=Audience.PUBLIC
    ).values_list("media_id", flat=True)
    return {asset_id for asset_id in shown if asset_id is not None}


def transcript(asset: MediaAsset) -> tuple[list[webvtt.Cue], bool]:
    """The cues shown beside the video, and whether a machine wrote them. A text that can't be read shows nothing."""
    version = current_caption(asset)
    if version is None:
        return [], False
    try:
        return webvtt.parse(version.text), version.origin == CaptionOrigin.MACHINE
    except webvtt.WebVTTError:
        return [], False


def lesson_page(*, lesson: Lesson, viewer: Viewer, is_preview: bool = False) -> dict[str, Any]:
    """Context of a lesson page; also for the preview of a lesson that is not saved yet.

    `playback` is None when there is nothing to play, or when this person has to sign in first.
    """
    rows = lesson_rows(course=lesson.course, viewer=viewer)
    needs_sign_in = lesson.is_members_only and not viewer.is_authenticated
    showing = show(None if needs_sign_in else lesson.media, members_only=lesson.is_members_only)
    how_far = next((row.how_far for row in rows if row.lesson.pk == lesson.pk), HowFar())
    context: dict[str, Any] = {
        "lesson": lesson,
        "course": lesson.course,
        "rows": rows,
        "lessons": [row.lesson for row in rows],
        "next_lesson": _neighbour(rows, lesson, 1),
        "previous_lesson": _neighbour(rows, lesson, -1),
        "others": [row for row in rows if row.lesson.number != lesson.number],
        "needs_sign_in": needs_sign_in,
        "showing": showing,
        "playback": None,
        "cues": [],
        "caption_is_draft": False,
        "position": round(place_to_go_on(how_far, showing.duration)),
        "position_at": round(how_far.watched_at.timestamp() * 1000) if how_far.watched_at else 0,
        "how_far": how_far,
        "rule": rule_sentence(),
        "ticket": "",
        "reports_url": "",
        **extras(lesson, viewer),
    }
    if showing.plays and lesson.media is not None:
        context["playback"] = links.playback(lesson.media, members_only=lesson.is_members_only or is_preview)
        context["cues"], context["caption_is_draft"] = transcript(lesson.media)
        if isinstance(viewer, User) and not is_preview:
            context["reports_url"] = reverse("courses:played")
            context["ticket"] = write_ticket(
                user_pk=viewer.pk, lesson_pk=lesson.pk, media_pk=lesson.media.pk, opened_at=clock.now()
            )
    return context


def extras(lesson: Lesson, viewer: Viewer) -> dict[str, Any]:
    """What stands below the video: words, documents to take home, how many questions, how much homework was sent."""
    return {
        "words": [block for block in lesson.body if block.block_type != "document"],
        "documents": [
            block.value for block in lesson.body if block.block_type == "document" and block.value["document"]
        ],
        "question_count": len(questions_of(lesson)),
        "homework_count": len(sent_by(viewer, lesson)),
    }


def _neighbour(rows: list[LessonRow], lesson: Lesson, step: int) -> Lesson | None:
    """The public lesson before (-1) or after (1) this one, by number."""
    numbers = sorted(row.lesson.number for row in rows if (row.lesson.number - lesson.number) * step > 0)
    wanted = (numbers[0] if step > 0 else numbers[-1]) if numbers else None
    return next((row.lesson for row in rows if row.lesson.number == wanted), None)
