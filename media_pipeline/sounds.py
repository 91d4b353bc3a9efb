"""Which sound renditions a source gets, and how much louder or softer they are than it. Pure functions."""

from __future__ import annotations

from media_pipeline.plan import Sound
from media_pipeline.probe import AudioStream, SourceProbe

TARGET_LUFS = -16.0
LOUDNESS_TOLERANCE = 2.0


def plan_gain(probe: SourceProbe) -> float:
    """Decibels that bring speech to −16 LUFS (AES TD1008 for mono and mobile listening); at most ±30."""
    if probe.loudness is None:
        return 0.0
    return round(max(-30.0, min(30.0, TARGET_LUFS - probe.loudness)), 1)


def plan_sounds(probe: SourceProbe, *, groups: set[str]) -> list[Sound]:
    """For each track a full rendition and a thin one of at most 48 kbit/s, as far as `groups` asks for them."""
    sounds: list[Sound] = []
    loud_enough = probe.loudness is not None and abs(probe.loudness - TARGET_LUFS) <= LOUDNESS_TOLERANCE
    for track, stream in enumerate(probe.audio):
        suffix = f"-{track + 1}" if track else ""
        copied = loud_enough and can_copy_sound(stream)
        channels = min(2, max(1, stream.channels))
        sounds.append(
            Sound(
                name=f"a96{suffix}",
                group="hi",
                track=track,
                stream=stream.index,
                language=stream.language,
                channels=channels,
                sample_rate=stream.sample_rate if copied else 48000,
                bit_rate=max(stream.bit_rate, 32000) if copied else (96000 if channels == 2 else 64000),
                copied=copied,
            )
        )
        sounds.append(
            Sound(
                name=f"a40{suffix}",
                group="lo",
                track=track,
                stream=stream.index,
                language=stream.language,
                channels=1,
                sample_rate=32000,
                bit_rate=38000,
            )
        )
    return [sound for sound in sounds if sound.group in groups]


def can_copy_sound(stream: AudioStream) -> bool:
    """AAC-LC, mono or stereo, at most 160 kbit/s, from the beginning."""
    return (
        stream.codec == "aac"
        and stream.codec_tag == "mp4a"
        and stream.profile == "LC"
        and 1 <= stream.channels <= 2
        and 32000 <= stream.sample_rate <= 48000
        and 0 < stream.bit_rate <= 160_000
        and stream.start < 0.05
    )
