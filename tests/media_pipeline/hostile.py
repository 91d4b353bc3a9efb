"""Inputs made to hurt: files that pretend, that promise too much, that point elsewhere, that are broken."""

from __future__ import annotations

import struct
import subprocess
import zlib
from pathlib import Path

from tests.media_pipeline.clips import FFMPEG, clip, copyable, picture, tone, x264

AAC = ["-c:a", "aac", "-b:a", "64k"]


def pretenders(canary: str, port: int) -> dict[str, bytes]:
    """Text that some demuxer would follow: to the file at `canary`, or to a server listening at `port`."""
    web = f"http://127.0.0.1:{port}/canary"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64">'
        f'<image xlink:href="file://{canary}" width="64" height="64"/>'
        f'<image xlink:href="{web}" width="9" height="9"/></svg>'
    )
    dash = (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" mediaPresentationDuration="PT9S"><Period>'
        f'<AdaptationSet><Representation id="1" bandwidth="1"><BaseURL>{web}</BaseURL></Representation></AdaptationSet>'
        "</Period></MPD>"
    )
    return {
        "m3u8 of a file": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{canary}\n#EXT-X-ENDLIST\n".encode(),
        "m3u8 of a server": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{web}.ts\n#EXT-X-ENDLIST\n".encode(),
        "m3u8 with a key": f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{web}"\n#EXTINF:9,\nconcat:{canary}\n'.encode(),
        "ffconcat": f"ffconcat version 1.0\nfile '{canary}'\nfile '{web}'\n".encode(),
        "concat script": f"file '{canary}'\nduration 5\n".encode(),
        "sdp": f"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\n".encode(),
        "svg": svg.encode(),
        "dash": dash.encode(),
        "asx": f'<asx version="3.0"><entry><ref href="{web}"/></entry></asx>'.encode(),
        "pls": f"[playlist]\nFile1={web}\nNumberOfEntries=1\n".encode(),
        "rtsp text": f"RTSPtext\nrtsp://127.0.0.1:{port}/x\n".encode(),
        "srt": b"1\n00:00:00,000 --> 00:00:05,000\nhello\n",
        "ass": b"[Script Info]\nScriptType: v4.00+\n[Events]\nDialogue: 0,0:00:00.00,0:00:05.00,x,,0,0,0,,hi\n",
        "vtt": b"WEBVTT\n\n00:00.000 --> 00:05.000\nhello\n",
        "text": "这是一封信，不是视频。\n".encode() * 50,
        "html": b"<!doctype html><html><body><video src='x'></video></body></html>",
        "zeros": bytes(20_000),
        "ffmetadata": b";FFMETADATA1\ntitle=x\n[CHAPTER]\nSTART=0\nEND=9\n",
    }


def external_reference(canary: Path) -> bytes:
    """An MP4 whose picture lies in another file: its data reference is rewritten from "self" to `canary`."""
    data = copyable(seconds=2, size="320x240").read_bytes()
    at = data.index(b"dref")
    begin = at - 4
    (size,) = struct.unpack(">I", data[begin:at])
    name = str(canary).encode() + b"\0"
    url = struct.pack(">I", 12 + len(name)) + b"url " + bytes(4) + name
    alias = _alias(canary)
    boxes = url + alias
    dref = struct.pack(">I", 16 + len(boxes)) + b"dref" + bytes(4) + struct.pack(">I", 2) + boxes
    grown = len(dref) - size
    changed = bytearray(data[:begin] + dref + data[begin + size :])
    for name_of in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        place = changed.rindex(name_of, 0, begin) - 4
        (old,) = struct.unpack(">I", changed[place : place + 4])
        changed[place : place + 4] = struct.pack(">I", old + grown)
    return bytes(changed)


def _alias(target: Path) -> bytes:
    """QuickTime's `alis` with a Unix path (record type 18), as ffmpeg reads it when it is told to."""
    path = str(target).encode()
    path += b"\0" * (len(path) % 2)
    record = bytes(150) + struct.pack(">hh", 18, len(path)) + path + struct.pack(">hh", -1, 0)
    return struct.pack(">I", 12 + len(record)) + b"alis" + bytes(4) + record


def reference_movie(port: int) -> bytes:
    """A QuickTime reference movie: nothing but the address of another."""
    address = f"http://127.0.0.1:{port}/movie.mov".encode() + b"\0"
    rdrf = _box(b"rdrf", bytes(4) + b"url " + struct.pack(">I", len(address)) + address)
    return _box(b"ftyp", b"qt  " + bytes(4) + b"qt  ") + _box(b"moov", _box(b"rmra", _box(b"rmda", rdrf)))


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def addressed(suffix: str, address: str) -> Path:
    """A sound file full of addresses in its tags, as players of old followed them."""
    keys = ("title", "comment", "WXXX", "url", "WM/MediaURL")
    tags = [word for key in keys for word in ("-metadata", f"{key}={address}")]
    codec = {".mka": "libopus", ".avi": "pcm_s16le", ".wma": "wmav2"}[suffix]
    return clip(*tone(seconds=2), "-c:a", codec, *tags, suffix=suffix)


def without_index() -> bytes:
    """An MP4 whose recording was cut off before its index was written."""
    data = copyable(seconds=9).read_bytes()
    return data[: data.rindex(b"moov") - 4]


def cut_off(suffix: str = ".mp4", *, share: int = 45) -> bytes:
    """The first `share` per cent of a file whose header promises the whole."""
    words = ["-movflags", "+faststart"] if suffix == ".mp4" else []
    path = clip(
        *picture(seconds=12), *tone(seconds=12), *x264(gop=30), *AAC, *words, suffix=suffix,
    )  # fmt: skip
    data = path.read_bytes()
    return data[: len(data) * share // 100]


def encrypted() -> Path:
    return clip(
        "-i", str(copyable(seconds=2, size="320x240")), "-c", "copy", "-encryption_scheme", "cenc-aes-ctr",
        "-encryption_key", "76a6c65c5ea762046bd749a2e632ccbb", "-encryption_kid", "a7e61c373e219033c21091fa607bf3b8",
    )  # fmt: skip


def unknown_codec() -> bytes:
    """An AVI and its four letters that no decoder answers to."""
    path = clip(*picture(seconds=2), "-c:v", "mpeg4", "-vtag", "XVID", suffix=".avi")
    return path.read_bytes().replace(b"XVID", b"ZQ9!")


def holed() -> bytes:
    """A valid file with a stretch of noise in its middle."""
    data = bytearray(copyable(seconds=9).read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20_000] = bytes(number * 37 % 251 for number in range(20_000))
    return bytes(data)


def endless(hours: float = 100.0) -> bytes:
    """An MP4 of two seconds that claims to last for days (the duration in `mvhd`, version 0)."""
    data = bytearray(copyable(seconds=2, size="320x240").read_bytes())
    at = data.index(b"mvhd") + 4
    (scale,) = struct.unpack(">I", data[at + 12 : at + 16])
    data[at + 16 : at + 20] = struct.pack(">I", min(2**32 - 1, int(hours * 3600 * scale)))
    return bytes(data)


def boastful_mp3() -> bytes:
    """An MP3 whose first header is of 8 kbit/s, so that its size speaks of a far longer time than it has."""
    quiet = clip(*tone(seconds=1), "-c:a", "libmp3lame", "-b:a", "32k", "-write_xing", "0", "-id3v2_version", "0",
                 suffix=".mp3")  # fmt: skip
    rich = clip(*tone(seconds=6), "-c:a", "libmp3lame", "-b:a", "320k", "-write_xing", "0", "-id3v2_version", "0",
                suffix=".mp3")  # fmt: skip
    return quiet.read_bytes() + rich.read_bytes()


def gigapixel(side: int = 16_000) -> bytes:
    """A PNG of side × side black pixels, 256 million, in a few kilobytes; ffmpeg itself refuses larger ones."""
    row = bytes(1 + side // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def gigapixel_in(suffix: str, folder: Path) -> Path:
    """The same as the only picture of a film."""
    image = folder / "bomb.png"
    image.write_bytes(gigapixel())
    target = folder / f"bomb{suffix}"
    taken = ["-f", "png_pipe", "-probesize", "32", "-i", str(image)]
    argv = [FFMPEG, "-v", "error", "-y", *taken, "-c", "copy", str(target)]
    subprocess.run(argv, capture_output=True, timeout=60, check=True)
    return target


def huge_size() -> Path:
    """Wider than any camera films."""
    return clip(*picture(size="8400x64", rate="5", seconds=1), "-c:v", "mjpeg", suffix=".avi")


def many_tracks(count: int = 40) -> Path:
    maps = [word for _ in range(count) for word in ("-map", "1:a")]
    return clip(
        *picture(size="320x180", seconds=1), *tone(seconds=1), "-map", "0:v", *maps, *x264(), *AAC, suffix=".mkv"
    )


def with_attachments() -> Path:
    """Fonts, subtitles and chapters beside the film."""
    text = clip(*tone(seconds=1), "-c:a", "pcm_s16le", suffix=".wav")
    subtitles = text.with_suffix(".srt")
    subtitles.write_text("1\n00:00:00,000 --> 00:00:01,000\n你好\n", "utf-8")
    return clip(
        *picture(size="320x180", seconds=1.5), *tone(seconds=1.5), "-i", str(subtitles),
        "-map", "0", "-map", "1", "-map", "2", *x264(), *AAC, "-c:s", "srt",
        "-attach", str(text), "-metadata:s:t", "mimetype=application/octet-stream",
        "-metadata", "title=\"#EXTM3U\\n\"", suffix=".mkv",
    )  # fmt: skip


def glued() -> bytes:
    """Two transport streams one after the other, each with a clock of its own."""
    words = [*picture(size="320x180", seconds=15), *x264(), "-output_ts_offset", "100"]
    return clip(*words, suffix=".ts").read_bytes() * 2
