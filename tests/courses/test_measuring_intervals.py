"""Sets of time against the plainest model there is: a Python set of whole milliseconds."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from courses.measuring.finishing import RULE, SLIVER, Rule, stand
from courses.measuring.intervals import bridged, measure, tidy, union, within, without

pairs = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def instants(intervals) -> set[int]:
    return {at for start, end in intervals for at in range(start, end)}


@given(pairs)
def test_tidy_covers_what_the_pairs_cover_and_nothing_twice(some):
    done = tidy(some)
    assert instants(done) == instants(some)
    assert measure(done) == len(instants(some))
    assert all(start < end for start, end in done)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(done))


@given(pairs, pairs)
def test_union_without_and_within_are_those_of_sets(one, other):
    a, b = tidy(one), tidy(other)
    assert instants(union(a, b)) == instants(a) | instants(b)
    assert union(a, b) == union(b, a)
    assert union(a, a) == a
    assert instants(without(a, b)) == instants(a) - instants(b)
    assert without(a, b) == tidy(without(a, b))
    assert instants(within(a, 10, 40)) == instants(a) & set(range(10, 40))


@given(pairs, st.integers(0, 10))
def test_bridging_closes_small_holes_only(some, gap):
    whole = tidy(some)
    closed = bridged(whole, gap)
    assert instants(whole) <= instants(closed)
    assert all(other[0] - one[1] > gap for one, other in itertools.pairwise(closed))
    for start, end in without(closed, whole):
        assert end - start <= gap


@given(st.lists(st.tuples(st.integers(0, 900_000), st.integers(0, 900_000)), max_size=6), st.integers(1, 900_000))
def test_what_is_missing_and_what_was_seen_make_the_whole_lesson(some, duration):
    covered = tidy(some)
    standing = stand(covered, duration)
    assert standing.seen + measure(standing.missing) == duration
    assert standing.seen >= measure(within(covered, 0, duration))
    assert all(end - start > SLIVER for start, end in standing.missing)
    assert standing.fulfils == (standing.seen * 100 >= duration * RULE.percent)
    assert standing.lacking == max(0, standing.wanted - standing.seen)


def test_the_rule_in_plain_numbers():
    quarter_hour = 900_000
    standing = stand(((0, 720_000),), quarter_hour)
    assert standing.missing == ((720_000, 900_000),)
    assert (standing.wanted, standing.lacking, standing.fulfils) == (810_000, 90_000, False)
    assert stand(((90_000, 900_000),), quarter_hour).fulfils
    assert not stand(((90_001 + SLIVER, 900_000),), quarter_hour).fulfils
    assert stand(((1_500, 898_500),), quarter_hour).missing == ()
    assert stand(((0, 500_000), (501_999, 900_000)), quarter_hour).missing == ()
    assert not stand(((0, 5_000),), 0).fulfils
    assert Rule(2, 100).wanted(1001) == 1001
