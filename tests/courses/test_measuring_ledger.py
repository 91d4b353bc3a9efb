"""Credit as arithmetic: once for every instant, once for every part, in any order, never more than the clock."""

from __future__ import annotations

import copy
import itertools

from hypothesis import given
from hypothesis import strategies as st

from courses.measuring.intervals import measure, tidy, within
from courses.measuring.ledger import DAY, MOST_SESSIONS, DayAccount, LessonAccount, credit, split_by_day
from courses.measuring.reports import FASTEST, Stretch, possible

HOUR = 3600 * 1000
MINUTE = 60 * 1000


@st.composite
def stretches(draw, most: int = 6):
    """(lesson, stretch) as a door would let them through, all within one hour."""
    found = []
    for _ in range(draw(st.integers(1, most))):
        start = draw(st.integers(0, HOUR - 2))
        length = draw(st.integers(1, HOUR - start))
        media_start = draw(st.integers(0, HOUR))
        one = possible(start, start + length, media_start, media_start + draw(st.integers(1, 2 * HOUR)))
        if one is not None:
            found.append((draw(st.integers(1, 3)), one))
    return found


def accounts_of(played, day=None, lessons=None):
    day, lessons = day or DayAccount(), lessons if lessons is not None else {}
    for lesson, stretch in played:
        credit(day, lessons.setdefault(lesson, LessonAccount()), lesson, stretch)
    return day, lessons


@given(stretches())
def test_counting_again_changes_nothing(played):
    day, lessons = accounts_of(played)
    before = copy.deepcopy((day, lessons))
    assert accounts_of(played, day, lessons) == before


@given(stretches(), st.randoms())
def test_time_spent_is_the_same_in_any_order(played, random):
    day, _ = accounts_of(played)
    shuffled = played[:]
    random.shuffle(shuffled)
    other, _ = accounts_of(shuffled)
    assert other.taken == day.taken == tidy((one.wall_start, one.wall_end) for _, one in played)


@given(st.lists(st.tuples(st.integers(0, 59), st.integers(0, 59)), max_size=20), st.randoms(), st.integers(1, 3))
def test_on_one_device_everything_is_the_same_in_any_order_and_however_often_it_is_sent(minutes, random, times):
    """A device plays one thing at a time: here lesson `minute % 3 + 1`, each wall minute whole, from `place`."""
    plan = dict(minutes)
    played = [
        (at % 3 + 1, Stretch(at * MINUTE, (at + 1) * MINUTE, place * MINUTE, (place + 1) * MINUTE))
        for at, place in plan.items()
    ]
    once = accounts_of(played)
    again = played * times
    random.shuffle(again)
    assert accounts_of(again) == once
    day, lessons = once
    assert measure(day.taken) == len(plan) * MINUTE
    for lesson, account in lessons.items():
        places = {place for at, place in plan.items() if at % 3 + 1 == lesson}
        assert account.credited == len(places) * MINUTE


@given(stretches())
def test_nobody_is_credited_more_than_the_time_that_passed(played):
    day, lessons = accounts_of(played)
    passed = max(one.wall_end for _, one in played) - min(one.wall_start for _, one in played) if played else 0
    assert day.credited <= sum(account.played for account in lessons.values()) == measure(day.taken) <= passed
    assert sum(account.credited for account in lessons.values()) <= passed
    for account in lessons.values():
        # A millisecond for each seam between two whole-numbered pieces.
        assert measure(account.covered) <= account.played * FASTEST + 2 * len(played) ** 2


@given(stretches(), stretches())
def test_what_is_credited_once_is_never_taken_back(first, later):
    day, lessons = accounts_of(first)
    before = copy.deepcopy((day, lessons))
    day, lessons = accounts_of(later, day, lessons)
    assert day.credited >= before[0].credited
    for lesson, account in before[1].items():
        assert lessons[lesson].credited >= account.credited
        assert measure(within(lessons[lesson].covered, 0, 4 * HOUR)) >= measure(account.covered)


def test_two_devices_at_once_count_once_and_the_first_to_be_counted_has_it():
    day, lessons = accounts_of([(1, Stretch(0, 600_000, 0, 600_000)), (2, Stretch(300_000, 900_000, 0, 600_000))])
    assert lessons[1].covered == ((0, 600_000),)
    assert lessons[2].covered == ((300_000, 600_000),)
    assert day.credited == 900_000


def test_two_halves_of_a_lesson_on_two_devices_at_once_are_one_half():
    _, lessons = accounts_of([(1, Stretch(0, 600_000, 0, 600_000)), (1, Stretch(0, 600_000, 600_000, 1_200_000))])
    assert lessons[1].covered == ((0, 600_000),)


def test_at_one_and_a_half_speed_all_of_it_is_seen_and_the_clock_is_what_is_credited():
    day, lessons = accounts_of([(1, Stretch(0, 600_000, 0, 900_000))])
    assert lessons[1].covered == ((0, 900_000),)
    assert lessons[1].credited == day.credited == 600_000


def test_slowly_played_it_is_credited_once_through():
    day, lessons = accounts_of([(1, Stretch(0, 800_000, 0, 600_000))])
    assert lessons[1].credited == day.credited == 600_000


def test_a_film_that_goes_round_all_night_counts_once_a_day():
    rounds = [(1, Stretch(at * 600_000, (at + 1) * 600_000, 0, 600_000)) for at in range(6)]
    day, lessons = accounts_of(rounds)
    assert day.credited == lessons[1].credited == 600_000
    tomorrow, lessons = accounts_of(rounds[:1], DayAccount(), lessons)
    assert tomorrow.credited == 600_000
    assert lessons[1].credited == 600_000


def test_another_film_counts_as_time_and_covers_nothing():
    day, account = DayAccount(), LessonAccount()
    credit(day, account, 1, Stretch(0, 60_000, 0, 60_000), same_media=False)
    assert (day.credited, account.covered, account.played) == (60_000, (), 0)


@given(st.integers(0, 3 * DAY), st.integers(1, 3 * DAY), st.integers(1, 3 * DAY))
def test_days_take_their_own_part_and_together_all_of_it(start, length, media):
    whole = Stretch(start, start + length, 7, 7 + media)
    parts = list(split_by_day(whole))
    assert [number for number, _ in parts] == list(range(start // DAY, (start + length - 1) // DAY + 1))
    assert all(0 <= part.wall_start < part.wall_end <= DAY for _, part in parts)
    assert sum(part.wall_end - part.wall_start for _, part in parts) == length
    assert parts[0][1].media_start == 7
    assert parts[-1][1].media_end == 7 + media
    assert all(one[1].media_end == other[1].media_start for one, other in itertools.pairwise(parts))


def test_numbers_that_were_heard_are_known_and_only_the_newest_sessions_are_kept():
    account = LessonAccount()
    for seq in (3, 1, 2, 7):
        account.hear("a", seq)
    assert account.heard == [("a", ((1, 4), (7, 8)))]
    assert [account.has_heard("a", seq) for seq in (0, 1, 3, 4, 7)] == [False, True, True, False, True]
    assert not account.has_heard("b", 1)
    for number in range(MOST_SESSIONS):
        account.hear(f"s{number}", 1)
    assert not account.has_heard("a", 1)
    assert len(account.heard) == MOST_SESSIONS
