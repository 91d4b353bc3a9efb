"""The manifest of an edition, from its rows; and whether what is stored still is what was sealed."""

from __future__ import annotations

from typing import Any

from courses.manifests.canonical import FORMAT, NotCanonical, arranged, canonical, digest, parse
from courses.models import CarryOver, CatalogueEdition, CatalogueEntry


def build_manifest(edition: CatalogueEdition) -> dict[str, Any]:
    """What `edition` says at this moment, arranged. Six queries, however many courses."""
    entries = CatalogueEntry.objects.filter(edition=edition).prefetch_related("lessons", "teachers", "sites")
    carry_overs = CarryOver.objects.filter(edition=edition).prefetch_related("equivalents")
    manifest = {
        "format": FORMAT,
        "entries": [_entry(entry) for entry in entries],
        "carry_over": [_carry_over(row) for row in carry_overs],
    }
    found: dict[str, Any] = arranged(manifest)
    return found


def sealed_manifest(edition: CatalogueEdition) -> dict[str, Any]:
    """The manifest an edition was sealed with. Raises `NotCanonical` if the stored text is not what was sealed."""
    if edition.manifest is None:
        raise NotCanonical("not sealed")
    if digest(edition.manifest.text.encode("utf-8")) != edition.manifest.sha256:
        raise NotCanonical("the stored text has another digest")
    found: dict[str, Any] = parse(edition.manifest.text)
    return found


def manifest_of(edition: CatalogueEdition) -> dict[str, Any]:
    """The sealed manifest, or for an edition still worked on, what it would be."""
    return sealed_manifest(edition) if edition.is_frozen else build_manifest(edition)


def digest_of(edition: CatalogueEdition) -> str:
    """The digest an edition has, or would have if it were sealed now."""
    if edition.is_frozen and edition.manifest_id:
        return str(edition.manifest_id)
    return digest(canonical(build_manifest(edition)))


def _entry(entry: CatalogueEntry) -> dict[str, Any]:
    return {
        "id": entry.course_id,
        "revision": entry.course_revision_id,
        "course": entry.content,
        "lessons": [
            {"id": row.lesson_id, "revision": row.lesson_revision_id, **row.content} for row in entry.lessons.all()
        ],
        "teachers": [{"id": row.teacher_id, "name": row.name, "channel": row.channel} for row in entry.teachers.all()],
        "sites": [{"id": row.site_id, "name": row.name, "region": row.region_name} for row in entry.sites.all()],
    }


def _carry_over(row: CarryOver) -> dict[str, Any]:
    return {
        "id": row.course_id,
        "title": row.title,
        "policy": row.policy,
        "until": row.until.isoformat() if row.until else None,
        "notice": row.notice,
        "equivalents": [{"id": course.pk, "title": course.title} for course in row.equivalents.all()],
    }
