"""Canonical JSON and differences, as laws: one value one text; nothing differs exactly when the digests are equal."""

from __future__ import annotations

import copy
import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.manifests.canonical import FORMAT, NotCanonical, arranged, canonical, digest, is_keyed, parse
from courses.manifests.differences import differences
from courses.manifests.freezing import course_content, lesson_content, tag_ids
from courses.queries.editions.comparing import compare_manifests

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers() | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)
KEYS = st.integers(1, 4)


def keyed(item: st.SearchStrategy, key: str = "id") -> st.SearchStrategy:
    return st.lists(item, max_size=3, unique_by=lambda made: made[key])


CAPTIONS = keyed(
    st.fixed_dictionaries(
        {
            "language": st.sampled_from(["zh-Hans", "en"]),
            "version": KEYS,
            "origin": st.just("human"),
            "sha256": st.sampled_from(["a", "b"]),
        }
    ),
    "language",
)
MEDIA = st.fixed_dictionaries(
    {"id": KEYS, "key": st.just("k"), "sha256": st.sampled_from(["x", "y"]), "kind": st.just("video"),
     "duration_ms": st.none() | KEYS, "captions": CAPTIONS}
)  # fmt: skip
LESSONS = keyed(
    st.fixed_dictionaries(
        {
            "id": KEYS,
            "revision": KEYS,
            "number": KEYS,
            "title": TEXTS,
            "summary": TEXTS,
            "audience": st.sampled_from(["public", "members"]),
            "media": st.none() | MEDIA,
        },
        optional={"body": TEXTS},
    )
)
COURSES = st.fixed_dictionaries(
    {
        "title": TEXTS,
        "category": st.sampled_from(["health", "fraud"]),
        "summary": TEXTS,
        "teacher_name": TEXTS,
        "tags": st.lists(TEXTS, max_size=2),
    },
    optional={"hours": st.none() | KEYS, "later": VALUES},
)
NAMED = keyed(st.fixed_dictionaries({"id": KEYS, "name": TEXTS}))
ENTRIES = keyed(
    st.fixed_dictionaries(
        {"id": KEYS, "revision": KEYS, "course": COURSES, "lessons": LESSONS, "teachers": NAMED, "sites": NAMED}
    )
)
CARRY = keyed(
    st.fixed_dictionaries(
        {
            "id": KEYS,
            "title": TEXTS,
            "policy": st.sampled_from(["finish", "stop"]),
            "until": st.none() | st.just("2026-12-31"),
            "notice": TEXTS,
            "equivalents": keyed(st.fixed_dictionaries({"id": KEYS, "title": TEXTS})),
        }
    )
)
MANIFESTS = st.fixed_dictionaries({"format": st.just(FORMAT), "entries": ENTRIES, "carry_over": CARRY})
LAW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def shuffled(value, source: random.Random, name: str = ""):
    """The same manifest as another query order might give it."""
    if isinstance(value, dict):
        names = list(value)
        source.shuffle(names)
        return {key: shuffled(value[key], source, key) for key in names}
    if isinstance(value, list):
        items = [shuffled(item, source) for item in value]
        if is_keyed(name, value):
            source.shuffle(items)
        return items
    return value


@given(VALUES)
@LAW
def test_canonical_text_reads_back_to_the_same_value_and_the_same_text(value):
    data = canonical(value)
    assert parse(data) == arranged(value)
    assert canonical(parse(data)) == data
    assert json.loads(data.decode("utf-8")) == arranged(value)


@given(MANIFESTS, st.randoms(use_true_random=False))
@LAW
def test_neither_the_order_of_keys_nor_of_rows_is_in_the_digest(manifest, source):
    other = shuffled(copy.deepcopy(manifest), source)
    assert digest(canonical(other)) == digest(canonical(manifest))
    assert differences(manifest, other) == []


@given(MANIFESTS, MANIFESTS)
@LAW
def test_nothing_differs_exactly_when_the_digests_are_equal(before, after):
    same = digest(canonical(before)) == digest(canonical(after))
    assert (differences(before, after) == []) is same
    assert compare_manifests(before, after).is_same is same
    assert (compare_manifests(before, after).summary() == "无变化") is same


@given(MANIFESTS, MANIFESTS)
@LAW
def test_the_way_back_is_the_way_turned_round(before, after):
    assert differences(after, before) == [found.turned for found in differences(before, after)]


@given(MANIFESTS, MANIFESTS)
@LAW
def test_every_difference_becomes_one_line_with_words(before, after):
    comparison = compare_manifests(before, after)
    lines = [line for course in comparison.courses() for line in course.lines]
    assert len(lines) == len(comparison.raw)
    assert all(line.sentence for line in lines)


@pytest.mark.parametrize("value", [1.5, {"a": [float("nan")]}, {1: "a"}, b"x", {"a": {2.0}}, object(), "\ud800"])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize(
    "text", ["", "[1.5]", "{", "NaN", '{"a": 1, "a": 2}', "[" * 100_000, b"\xff\xfe", '{"a": 1e400}', "[1e2]"]
)
def test_a_hostile_file_is_no_manifest(text):
    with pytest.raises(NotCanonical):
        parse(text)


def test_freezing_keeps_words_and_drops_bookkeeping():
    content = {
        "pk": 3, "title": "太极", "live": True, "latest_revision": 9, "updated_at": "2026", "later": {"ratio": 0.5},
        "tagged_items": [{"pk": 1, "tag": 7, "content_object": 3}],
    }  # fmt: skip
    assert tag_ids(content) == [7]
    assert course_content(content, tags=["养生", "太极"]) == {
        "title": "太极",
        "later": {"ratio": "0.5"},
        "tags": ["养生", "太极"],
    }
    frozen = lesson_content({"pk": 1, "course": 3, "title": "起势", "media": 4}, media=None)
    assert frozen == {"title": "起势", "media": None}
