"""Speech to text, behind one small interface. Off unless an operator names a model directory on this machine.

What comes out is a draft: operations.captions keeps it as such, and it never takes the place of a person's text.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.conf import settings

from media_pipeline.webvtt import Cue, tidy_text


class Transcriber(Protocol):
    """Anything that hears an audio file and says what was spoken when."""

    def transcribe(self, audio: Path, *, language: str) -> Iterator[Cue]:
        """Cues in order of time. `language` is BCP 47."""
        ...


class FasterWhisper:
    """faster-whisper (CTranslate2), an optional package. Loads its model from disk, and never from the network."""

    def __init__(self, model_dir: Path) -> None:
        self.model_dir = model_dir

    def transcribe(self, audio: Path, *, language: str) -> Iterator[Cue]:
        """Segments with silence cut out; raises `ImportError` where the package is not installed."""
        from faster_whisper import WhisperModel

        model = WhisperModel(str(self.model_dir), device="auto", compute_type="int8", local_files_only=True)
        segments, _info = model.transcribe(str(audio), language=language.partition("-")[0], vad_filter=True)
        for segment in segments:
            if (text := tidy_text(segment.text)) and segment.end > segment.start:
                yield Cue(start=segment.start, end=segment.end, text=text)


def transcriber() -> Transcriber | None:
    """The machine an operator has set up, or None."""
    return FasterWhisper(Path(settings.SPEECH_MODEL_DIR)) if settings.SPEECH_MODEL_DIR else None
