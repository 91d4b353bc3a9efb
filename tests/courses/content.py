"""Lesson bodies, quizzes and photographs for tests."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from courses.models import Lesson

QUESTIONS: list[tuple[str, list[str], int]] = [
    ("练八段锦前要先做什么？", ["吃饱", "站稳，放松", "跑一圈"], 1),
    ("头晕了怎么办？", ["坐下歇一歇", "接着练"], 0),
]


def with_quiz(lesson: Lesson, questions: list[tuple[str, list[str], int]] = QUESTIONS) -> Lesson:
    """`lesson` with questions of (words, choices, number of the right one)."""
    lesson.quiz = [("question", _question(*given)) for given in questions]
    lesson.save()
    return Lesson.objects.get(pk=lesson.pk)


def _question(text: str, choices: list[str], right: int) -> dict[str, Any]:
    return {
        "text": text,
        "picture": None,
        "choices": [{"text": words, "is_right": number == right} for number, words in enumerate(choices)],
        "explanation": f"讲解：{choices[right]}",
    }


def photograph(
    kind: str = "JPEG", *, size: tuple[int, int] = (60, 40), turned: bool = False, colour: str = "red", **options: Any
) -> io.BytesIO:
    """A picture file with a place and a device in it; `turned` marks it as lying on its side."""
    picture = Image.new(options.pop("mode", "RGB"), size, colour)
    exif = Image.Exif()
    exif[0x010F] = "PHONE-OF-WANG"
    exif.get_ifd(0x8825)[1] = "N"
    if turned:
        exif[0x0112] = 6
    file = io.BytesIO()
    if kind in {"JPEG", "PNG", "WEBP", "HEIF"}:
        options["exif"] = exif
    picture.save(file, kind, **options)
    file.seek(0)
    return file
