"""Which captions are shown, and their history."""

from __future__ import annotations

from django.db.models import Case, IntegerField, QuerySet, Value, When

from media_pipeline.enums import CaptionOrigin
from media_pipeline.models import CaptionVersion, MediaAsset

DEFAULT_LANGUAGE = "zh-Hans"
LANGUAGES = {"zh-Hans": "中文", "mn-Mong": "蒙古文", "en": "英文"}


def current_caption(asset: MediaAsset, language: str = DEFAULT_LANGUAGE) -> CaptionVersion | None:
    """The newest text a person saved; only where there is none, the newest draft of a machine."""
    return (
        caption_history(asset, language)
        .annotate(
            by_person=Case(
                When(origin=CaptionOrigin.HUMAN, then=Value(1)), default=Value(0), output_field=IntegerField()
            )
        )
        .order_by("-by_person", "-number")
        .first()
    )


def current_captions(asset: MediaAsset) -> list[CaptionVersion]:
    """The shown text of every language that has one, Chinese first."""
    shown: dict[str, CaptionVersion] = {}
    for version in CaptionVersion.objects.filter(track__asset=asset).select_related("track").order_by("number"):
        language = version.track.language
        known = shown.get(language)
        if known is None or known.origin == CaptionOrigin.MACHINE or version.origin == CaptionOrigin.HUMAN:
            shown[language] = version
    return [
        shown[language] for language in sorted(shown, key=lambda language: (language != DEFAULT_LANGUAGE, language))
    ]


def caption_history(asset: MediaAsset, language: str = DEFAULT_LANGUAGE) -> QuerySet[CaptionVersion]:
    """Every saved text of one language, the newest first, with its author."""
    return (
        CaptionVersion.objects.filter(track__asset=asset, track__language=language)
        .select_related("author", "track")
        .order_by("-number")
    )
