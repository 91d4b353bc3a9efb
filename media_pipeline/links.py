"""Addresses under which a page hands out media, and the check of those addresses.

The right to fetch is in the path, so that relative addresses inside playlists inherit it in every player:
`/media/play/<asset>/<access>/master.m3u8`, where access is `open` for media that everybody may see, or
`<expiry>-<signature>` (HMAC-SHA-256 over asset and expiry, 128 bits, base64url).
"""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from core import clock
from media_pipeline.enums import CaptionOrigin, MediaKind, RenditionKind, SourceState
from media_pipeline.models import MediaAsset
from media_pipeline.queries.captions import LANGUAGES, current_captions
from media_pipeline.steps.byproducts import PICTURE_FILE, SOUND_FILE

OPEN = "open"
ROUNDING = 600
"""Expiry instants are multiples of this (seconds), so that a reload within minutes meets what a browser has cached."""
SALT = "media_pipeline.links"


@dataclass(frozen=True)
class CaptionLink:
    """A WebVTT address. `is_draft`: written by a machine, and no person has checked it."""

    language: str
    label: str
    url: str
    is_draft: bool


@dataclass(frozen=True)
class Playback:
    """What a page needs to play an asset. Addresses are root-relative; empty where there is nothing (yet)."""

    kind: str
    plays: bool
    complete: bool
    duration: float | None
    width: int | None = None
    height: int | None = None
    master: str = ""
    audio: str = ""
    mp4: str = ""
    m4a: str = ""
    poster: str = ""
    sprite_vtt: str = ""
    waveform: str = ""
    captions: list[CaptionLink] = field(default_factory=list)


def access_for(asset: MediaAsset, *, members_only: bool = False) -> str:
    """The access part of an address: `open`, or one that expires after MEDIA_LINK_LIFETIME seconds."""
    if asset.is_open and not members_only:
        return OPEN
    until = clock.now().timestamp() + settings.MEDIA_LINK_LIFETIME
    expiry = math.ceil(until / ROUNDING) * ROUNDING
    return f"{expiry}-{_signature(asset.key, expiry)}"


def seconds_left(key: UUID, access: str) -> int | None:
    """Seconds a signed access is still good for, 0 or less when it has expired; None if it isn't one of ours."""
    expiry, _, signature = access.partition("-")
    if not expiry.isascii() or not expiry.isdigit() or len(expiry) > 12:
        return None
    if not constant_time_compare(signature, _signature(key, int(expiry))):
        return None
    return int(expiry) - int(clock.now().timestamp())


def _signature(key: UUID, expiry: int) -> str:
    digest = salted_hmac(SALT, f"{key.hex}:{expiry}", algorithm="sha256").digest()[:16]
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def address(asset: MediaAsset, access: str, name: str) -> str:
    return reverse("media_pipeline:play", args=[asset.key, access, name])


def playback(asset: MediaAsset, *, members_only: bool = False) -> Playback:
    """Addresses for a page that may show `asset`. The caller has checked that the person may see it."""
    source = asset.source
    access = access_for(asset, members_only=members_only)
    renditions = list(source.renditions.all())
    files = {rendition.name for rendition in renditions if rendition.kind == RenditionKind.FILE}
    pictures = [rendition for rendition in renditions if rendition.kind == RenditionKind.VIDEO]
    thin = next((r for r in renditions if r.name == "a40"), None)
    largest = max(pictures, key=lambda rendition: rendition.height or 0, default=None)

    def link(name: str, *, there: bool) -> str:
        return address(asset, access, name) if there else ""

    return Playback(
        kind=source.kind or MediaKind.VIDEO,
        plays=source.plays,
        complete=source.state == SourceState.READY,
        duration=source.duration,
        width=largest.width if largest else None,
        height=largest.height if largest else None,
        master=link("master.m3u8", there=source.plays),
        audio=link("a40/index.m3u8", there=source.plays and thin is not None),
        mp4=link(PICTURE_FILE, there=PICTURE_FILE in files),
        m4a=link(SOUND_FILE, there=SOUND_FILE in files),
        poster=link("poster.jpg", there=bool(pictures) and "poster.jpg" in source.extras),
        sprite_vtt=link("sprite.vtt", there=bool(pictures) and "sprite.vtt" in source.extras),
        waveform=link("waveform.png", there=not pictures and "waveform.png" in source.extras),
        captions=[
            CaptionLink(
                language=version.track.language,
                label=LANGUAGES.get(version.track.language, version.track.language),
                url=address(asset, access, f"captions/{version.track.language}.vtt"),
                is_draft=version.origin == CaptionOrigin.MACHINE,
            )
            for version in current_captions(asset)
        ],
    )
