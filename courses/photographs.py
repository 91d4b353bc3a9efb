"""A photograph from somebody's phone, drawn anew: upright, not too large, and without what the phone wrote into it."""

from __future__ import annotations

import io
from typing import BinaryIO

import pillow_heif
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from core.errors import Refusal

MOST_BYTES = 20 * 1024**2
MOST_PIXELS = 60_000_000
"""More than phones take, and little enough to hold in memory: 180 MB as RGB."""
LONGEST_SIDE = 2000
QUALITY = 85
FORMATS = ["JPEG", "PNG", "WEBP", "HEIF"]

pillow_heif.register_heif_opener()


def redraw(file: BinaryIO, *, size: int) -> bytes:
    """The picture in `file` (of `size` bytes) as a JPEG with its long side at most 2000 px and no metadata.

    Raises `Refusal` for what is no photograph, cut off, or too large.
    """
    if size > MOST_BYTES:
        raise Refusal(f"照片太大（最大 {MOST_BYTES // 1024**2} MB），没有收下。请用手机自带的相机再拍一张。")
    # WeasyPrint, where it is loaded, tells Pillow to fill up what is missing of a picture that was cut off.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(file, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Refusal("照片的尺寸太大，没有收下。请用手机自带的相机再拍一张。")
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            flat = _on_white(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Refusal("这个文件不是照片，或者没有传完整，没有收下。请重新选一张照片。") from error
    made = io.BytesIO()
    flat.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency, which JPEG can't keep and which would turn black."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(ground, layered).convert("RGB")
