"""Photographs are drawn anew, and what isn't one is refused."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image, ImageFile

from core.errors import Refusal
from courses.photographs import MOST_BYTES, redraw
from tests.courses.content import photograph


def drawn(file: io.BytesIO) -> Image.Image:
    return Image.open(io.BytesIO(redraw(file, size=len(file.getbuffer()))))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_nothing_of_the_phone_stays(kind: str) -> None:
    file = photograph(kind, size=(300, 200))
    assert b"PHONE-OF-WANG" in file.getvalue() or kind == "PNG"
    made = redraw(file, size=len(file.getbuffer()))
    assert b"PHONE" not in made
    picture = Image.open(io.BytesIO(made))
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (300, 200), {})


def test_a_picture_on_its_side_is_put_upright() -> None:
    assert drawn(photograph(size=(300, 200), turned=True)).size == (200, 300)


def test_a_large_one_is_made_smaller_a_small_one_stays() -> None:
    assert drawn(photograph(size=(5000, 3000))).size == (2000, 1200)
    assert drawn(photograph(size=(50, 30))).size == (50, 30)


@pytest.mark.parametrize(("mode", "colour"), [("RGBA", (0, 0, 0, 0)), ("LA", (0, 0))])
def test_what_is_see_through_becomes_white(mode: str, colour: tuple[int, ...]) -> None:
    picture = drawn(photograph("PNG", mode=mode, colour=colour))
    assert picture.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def _png_of(width: int, height: int) -> io.BytesIO:
    """A PNG that says it is huge and is a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 2, 0, 0, 0])
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (io.BytesIO(b""), "不是照片"),
        (io.BytesIO(b"<svg onload=alert(1)>"), "不是照片"),
        (io.BytesIO(photograph(size=(800, 600), colour="green").getvalue()[:900]), "不是照片"),
        (photograph("GIF"), "不是照片"),
        (photograph("TIFF"), "不是照片"),
        (_png_of(40_000, 40_000), "尺寸太大|不是照片"),
        (_png_of(300_000, 300_000), "不是照片"),
    ],
    ids=["empty", "script", "cut off", "gif", "tiff", "bomb", "larger bomb"],
)
def test_what_is_no_photograph_is_refused_in_words(file: io.BytesIO, words: str, monkeypatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    with pytest.raises(Refusal, match=words):
        redraw(file, size=len(file.getbuffer()))


def test_too_many_bytes_are_refused_unread() -> None:
    file = io.BytesIO(b"")
    with pytest.raises(Refusal, match="照片太大（最大 20 MB）"):
        redraw(file, size=MOST_BYTES + 1)
