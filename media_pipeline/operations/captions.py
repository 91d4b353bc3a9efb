"""Saving captions. Versions are only ever added, and a machine never stands above a person."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from core import clock
from core.errors import Refusal
from media_pipeline import webvtt
from media_pipeline.enums import CaptionOrigin
from media_pipeline.models import CaptionTrack, CaptionVersion, MediaAsset
from media_pipeline.queries.captions import DEFAULT_LANGUAGE, LANGUAGES
from media_pipeline.speech import Transcriber
from media_pipeline.steps.byproducts import SOUND_FILE
from media_pipeline.storage import store
from media_pipeline.webvtt import Cue, WebVTTError


class CaptionConflict(Refusal):
    """Somebody saved in the meantime. `theirs` is what they saved; what was to be saved stays with the caller."""

    def __init__(self, theirs: CaptionVersion) -> None:
        super().__init__(
            f"您编辑的时候，别人已经保存了第 {theirs.number} 版。您的文字没有丢，都还在下面，请对照着合并后再保存。"
        )
        self.theirs = theirs


def save_captions(
    *, asset: MediaAsset, cues: Iterable[Cue], author: User | None, based_on: int, language: str = DEFAULT_LANGUAGE
) -> CaptionVersion:
    """Save what a person wrote as a new version. Saving the same text again changes nothing.

    `based_on` is the number of the version the person started from, 0 for none.
    Raises `CaptionConflict` if a person saved a later one, `Refusal` if the cues can't be shown.
    """
    text = _rendered(cues)
    with transaction.atomic():
        track = _locked_track(asset, language)
        latest = track.versions.filter(origin=CaptionOrigin.HUMAN).order_by("-number").first()
        if latest and latest.text == text:
            return latest
        if latest and latest.number > based_on:
            raise CaptionConflict(latest)
        return _add_version(track, CaptionOrigin.HUMAN, text, author)


def upload_captions(
    *, asset: MediaAsset, data: bytes, author: User | None, based_on: int, language: str = DEFAULT_LANGUAGE
) -> CaptionVersion:
    """Save a WebVTT or SubRip file that a person sent, like `save_captions`.

    Raises `Refusal` naming the line that is wrong, `CaptionConflict` as above.
    """
    try:
        cues = webvtt.read_file(data)
    except WebVTTError as error:
        raise Refusal(error.sentence) from error
    return save_captions(asset=asset, cues=cues, author=author, based_on=based_on, language=language)


def add_machine_draft(*, asset: MediaAsset, cues: Iterable[Cue], language: str = DEFAULT_LANGUAGE) -> CaptionVersion:
    """Keep what a machine heard as a draft. Where a person has saved a text, that one stays the one shown.

    Raises `Refusal` if there is nothing to keep.
    """
    text = _rendered(cues)
    with transaction.atomic():
        return _add_version(_locked_track(asset, language), CaptionOrigin.MACHINE, text, None)


def draft_captions(*, asset: MediaAsset, transcriber: Transcriber, language: str = DEFAULT_LANGUAGE) -> CaptionVersion:
    """Let a machine listen to the sound that was made of `asset`, never to the bytes as they came.

    Takes about as long as the machine needs to hear it all. Raises `Refusal` while there is no sound to hear.
    """
    try:
        with store().local(f"{asset.source.folder}/{SOUND_FILE}", on_tick=lambda: None) as audio:
            cues = list(transcriber.transcribe(audio, language=language))
    except FileNotFoundError as error:
        raise Refusal("还没有声音可以听：请等声音做好以后再试。") from error
    return add_machine_draft(asset=asset, cues=cues, language=language)


def _rendered(cues: Iterable[Cue]) -> str:
    checked = list(cues)
    if not checked:
        raise Refusal("字幕里一条也没有，没有保存。")
    try:
        return webvtt.render(checked)
    except WebVTTError as error:
        raise Refusal(error.sentence) from error


def _locked_track(asset: MediaAsset, language: str) -> CaptionTrack:
    if language not in LANGUAGES:
        raise Refusal("没有这种语言的字幕。")
    track, _made = CaptionTrack.objects.select_for_update().get_or_create(asset=asset, language=language)
    return track


def _add_version(track: CaptionTrack, origin: CaptionOrigin, text: str, author: User | None) -> CaptionVersion:
    last = track.versions.aggregate(last=Max("number"))["last"] or 0
    return CaptionVersion.objects.create(
        track=track, number=last + 1, origin=origin, text=text, author=author, created_at=clock.now()
    )
