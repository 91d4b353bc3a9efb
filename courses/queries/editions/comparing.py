"""Differences of two editions as sentences: each difference becomes exactly one line, so that none is kept quiet."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from courses.enums import Audience, CarryPolicy, Category
from courses.manifests.differences import Difference, differences
from courses.models import CatalogueEdition, Course, Lesson
from courses.queries.editions.manifest import manifest_of

SHORT = 60
"""Texts longer than this are shown one below the other instead of in a sentence."""
OWN_LABELS = {
    "tags": "标签",
    "media": "视频",
    "sha256": "视频内容",
    "duration_ms": "视频时长（毫秒）",
    "kind": "视频类型",
    "key": "视频编号",
    "channel": "来源",
    "region": "所在地区",
    "name": "名称",
    "policy": "去向",
    "until": "可以学到",
    "notice": "给学员的话",
    "title": "名称",
    "format": "清单格式",
}
VALUES = {**dict(Category.choices), **dict(Audience.choices), **dict(CarryPolicy.choices)}


@dataclass(frozen=True)
class Line:
    """One difference. `before` and `after` are filled when the texts are too long for the sentence."""

    sentence: str
    before: str = ""
    after: str = ""


@dataclass
class ChangedCourse:
    title: str
    word: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """`is_same` exactly when both have one digest."""

    before: dict[str, Any]
    after: dict[str, Any]
    raw: list[Difference]

    @property
    def is_same(self) -> bool:
        return not self.raw

    def courses(self) -> list[ChangedCourse]:
        """Differences by course: new ones first, then dropped ones, then changed ones, each by title."""
        found: dict[tuple[str, str], ChangedCourse] = {}
        order = {"新开": 0, "不再开": 1, "有改动": 2, "停开的去向": 3, "其他": 4}
        for difference in self.raw:
            key, changed = self._place(difference)
            if key in found:
                found[key].lines.extend(changed.lines)
            else:
                found[key] = changed
        return sorted(found.values(), key=lambda course: (order[course.word], course.title))

    def summary(self) -> str:
        words = [course.word for course in self.courses()]
        counts = [(word, words.count(word)) for word in ("新开", "不再开", "有改动", "停开的去向", "其他")]
        return "，".join(f"{word} {count} 门" for word, count in counts if count) or "无变化"

    def _place(self, difference: Difference) -> tuple[tuple[str, str], ChangedCourse]:
        top = difference.path[0]
        if top == "entries" and len(difference.path) >= 2:
            key = difference.path[1]
            title = self._title("entries", key)
            if len(difference.path) == 2:
                word = "新开" if difference.is_added else "不再开"
                return (word, key), ChangedCourse(title, word, [Line(_whole_course(difference))])
            return ("entry", key), ChangedCourse(title, "有改动", [self._line(difference, difference.path[2:])])
        if top == "carry_over" and len(difference.path) >= 2:
            key = difference.path[1]
            title = self._title("carry_over", key)
            if len(difference.path) == 2:
                line = Line(_whole_carry_over(difference))
            else:
                line = self._line(difference, difference.path[2:])
            return ("carry", key), ChangedCourse(title, "停开的去向", [line])
        return ("top", top), ChangedCourse("目录", "其他", [_changed(_label(None, top), difference)])

    def _title(self, name: str, key: str) -> str:
        for side in (self.after, self.before):
            for item in side[name]:
                if json.dumps(item["id"]) == key:
                    return str(item["course"]["title"] if name == "entries" else item["title"])
        return key

    def _line(self, difference: Difference, path: tuple[str, ...]) -> Line:
        """The sentence for a place inside an entry or a carry-over."""
        part, rest = path[0], path[1:]
        if part == "revision":
            return Line("重新发布过")
        if part == "course" and rest:
            return _changed(_label(Course, rest[0]), difference)
        if part == "lessons" and rest:
            return self._lesson_line(difference, rest)
        if part in ("teachers", "sites", "equivalents") and rest:
            noun = {"teachers": "教师", "sites": "站点", "equivalents": "可以改学的课程"}[part]
            if len(rest) == 1:
                item = difference.after if difference.is_added else difference.before
                name = item.get("name") or item.get("title")
                return Line(f"{'增加' if difference.is_added else '去掉'}{noun}：{name}")
            return _changed(f"{noun}的{_label(None, rest[-1])}", difference)
        return _changed(_label(None, part), difference)

    def _lesson_line(self, difference: Difference, path: tuple[str, ...]) -> Line:
        if len(path) == 1:
            item = difference.after if difference.is_added else difference.before
            return Line(f"{'增加' if difference.is_added else '去掉'}第 {item['number']} 讲《{item['title']}》")
        name = self._lesson_name(difference, path[0])
        inner = path[1:]
        if inner[0] == "revision":
            return Line(f"{name}重新发布过")
        if inner[0] == "media" and "captions" in inner:
            return Line(f"{name}的字幕{_caption_word(difference, inner)}")
        if inner[0] == "media" and len(inner) == 1:
            return Line(f"{name}{_media_word(difference)}")
        if inner == ("media", "sha256"):
            return Line(f"{name}换了视频内容")
        label = _label(Lesson, inner[-1]) if len(inner) == 1 else _label(None, inner[-1])
        return _changed(f"{name}的{label}", difference)

    def _lesson_name(self, difference: Difference, key: str) -> str:
        for side in (self.after, self.before):
            for entry in side["entries"]:
                if json.dumps(entry["id"]) == difference.path[1]:
                    for lesson in entry["lessons"]:
                        if json.dumps(lesson["id"]) == key:
                            return f"第 {lesson['number']} 讲《{lesson['title']}》"
        return "有一讲"


def compare_editions(before: CatalogueEdition, after: CatalogueEdition) -> Comparison:
    """What changed from one edition to the other. Raises `NotCanonical` for a damaged text."""
    return compare_manifests(manifest_of(before), manifest_of(after))


def compare_manifests(before: dict[str, Any], after: dict[str, Any]) -> Comparison:
    return Comparison(before, after, differences(before, after))


def _whole_course(difference: Difference) -> str:
    entry = difference.after if difference.is_added else difference.before
    label = VALUES.get(entry["course"]["category"], "")
    return f"{label}，{len(entry['lessons'])} 讲"


def _whole_carry_over(difference: Difference) -> str:
    item = difference.after if difference.is_added else difference.before
    words = f"{VALUES.get(item['policy'], item['policy'])} {item['until'] or ''} {item['notice']}".strip()
    return words if difference.is_added else f"不再需要：{words}"


def _caption_word(difference: Difference, path: tuple[str, ...]) -> str:
    """What happened to captions: one language added, gone, or another version of its text."""
    if path[-1] in ("version", "sha256", "origin"):
        label = {"version": "版本", "sha256": "文字", "origin": "来源"}[path[-1]]
        if path[-1] == "version":
            return f"改了（第 {difference.before} 版 → 第 {difference.after} 版）"
        return f"{label}改了"
    return "加上了" if difference.is_added else "去掉了" if difference.is_removed else "改了"


def _media_word(difference: Difference) -> str:
    if difference.before and difference.after:
        return "换了视频"
    return "加了视频" if difference.after else "没有视频了"


def _changed(label: str, difference: Difference) -> Line:
    before, after = _text(difference.before), _text(difference.after)
    if difference.is_added:
        return Line(f"增加{label}：{after}") if len(after) <= SHORT else Line(f"增加{label}", after=after)
    if difference.is_removed:
        return Line(f"去掉{label}：{before}") if len(before) <= SHORT else Line(f"去掉{label}", before=before)
    if len(before) > SHORT or len(after) > SHORT:
        return Line(f"{label}改了", before, after)
    return Line(f"{label}由“{before}”改成“{after}”")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or value == "":
        return "空"
    if isinstance(value, str):
        return str(VALUES.get(value, value))
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "、".join(value) or "空"
    return str(value) if isinstance(value, int) else json.dumps(value, ensure_ascii=False, default=repr)


@cache
def _label(model: type[Course | Lesson] | None, name: str) -> str:
    """What the desk calls a field; fields that come later name themselves."""
    if model is not None:
        fields = {field.name: field for field in model._meta.fields}
        if name in fields:
            return str(fields[name].verbose_name)
    return OWN_LABELS.get(name, name)
