"""Pinning a course into an edition: revisions, media digests, teachers and sites as they are at this moment."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from taggit.models import Tag
from wagtail.models import Revision

from core.half_year import HalfYear
from courses.enums import OfferingState
from courses.errors import EditionRefused
from courses.manifests.canonical import digest
from courses.manifests.freezing import course_content, lesson_content, tag_ids
from courses.models import (
    CatalogueEdition,
    CatalogueEntry,
    CatalogueLesson,
    CatalogueSite,
    CatalogueTeacher,
    Course,
    Lesson,
    Offering,
)
from media_pipeline.models import MediaAsset
from media_pipeline.queries.captions import current_captions
from places.queries.regions import full_name


@transaction.atomic
def pin_course(*, edition: CatalogueEdition, course: Course) -> CatalogueEntry:
    """Write the rows of `course` in `edition`, in place of any it had. Raises `EditionRefused` if it isn't public."""
    if not course.live:
        raise EditionRefused(f"《{course.title}》还没有发布，不能放进目录。请先发布这门课。")
    revision = _public_revision(course)
    content = course_content(revision.content, tags=_tag_names(revision.content))
    CatalogueEntry.objects.filter(edition=edition, course=course).delete()
    entry = CatalogueEntry.objects.create(
        edition=edition,
        course=course,
        course_revision=revision,
        title=content["title"],
        category=content["category"],
        content=content,
    )
    lessons = Lesson.objects.filter(course=course, live=True).select_related("live_revision", "media__source")
    CatalogueLesson.objects.bulk_create([_lesson_row(entry, lesson) for lesson in lessons.order_by("number")])
    _pin_offerings(entry, edition.half_year)
    return entry


def _lesson_row(entry: CatalogueEntry, lesson: Lesson) -> CatalogueLesson:
    revision = _public_revision(lesson)
    media = _media(revision.content.get("media"), lesson)
    content = lesson_content(revision.content, media=media)
    return CatalogueLesson(
        entry=entry,
        lesson=lesson,
        lesson_revision=revision,
        number=content["number"],
        title=content["title"],
        media_sha256=media["sha256"] if media else "",
        content=content,
    )


def _media(asset_id: int | None, lesson: Lesson) -> dict[str, Any] | None:
    """The media a lesson's revision names: its key, the digest of its bytes, its length in ms, its captions."""
    if asset_id is None:
        return None
    asset = lesson.media if lesson.media_id == asset_id else MediaAsset.objects.filter(pk=asset_id).first()
    if asset is None:
        return None
    duration = asset.source.duration
    return {
        "id": asset.pk,
        "key": str(asset.key),
        "sha256": asset.source.sha256,
        "kind": asset.source.kind,
        "duration_ms": None if duration is None else round(duration * 1000),
        "captions": [
            {
                "language": version.track.language,
                "version": version.number,
                "origin": version.origin,
                "sha256": digest(version.text.encode("utf-8")),
            }
            for version in current_captions(asset)
        ],
    }


def _pin_offerings(entry: CatalogueEntry, half_year: HalfYear) -> None:
    """Teachers and sites of the half-year's offerings of the course, each once."""
    offerings = (
        Offering.objects.filter(course=entry.course, half_year=half_year)
        .exclude(state=OfferingState.CANCELLED)
        .select_related("teacher", "site__region")
    )
    teachers = {row.teacher.pk: row.teacher for row in offerings if row.teacher is not None}
    sites = {row.site.pk: row.site for row in offerings if row.site is not None}
    CatalogueTeacher.objects.bulk_create(
        CatalogueTeacher(entry=entry, teacher=teacher, name=teacher.name, channel=teacher.channel)
        for teacher in teachers.values()
    )
    CatalogueSite.objects.bulk_create(
        CatalogueSite(entry=entry, site=site, name=site.name, region_name=full_name(site.region))
        for site in sites.values()
    )


def _public_revision(shown: Course | Lesson) -> Revision:
    """The revision that is public. A row that was made without one gets it now: its fields are what is public."""
    if shown.live_revision is not None:
        return shown.live_revision
    if shown.has_unpublished_changes:
        raise EditionRefused(f"《{shown.title}》有改动没有发布，分不清公开的是哪一版。请先发布它，再放进目录。")
    revision = shown.save_revision(clean=False, changed=False)
    type(shown).objects.filter(pk=shown.pk).update(live_revision=revision)
    shown.live_revision = revision
    return revision


def _tag_names(content: dict[str, Any]) -> list[str]:
    return list(Tag.objects.filter(pk__in=tag_ids(content)).values_list("name", flat=True))
