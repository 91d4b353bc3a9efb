"""The draw as arithmetic: exact chances by enumeration, and what holds for every seed."""

from __future__ import annotations

import hashlib
import hmac
import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.lotteries import drawing
from courses.lotteries.drawing import Ticket

LOTTERY = "2f1c0000-0000-4000-8000-000000000001"
seeds = st.binary(min_size=32, max_size=32)
numbers = st.from_regex(r"[0-9]{6}", fullmatch=True)
lists = st.dictionaries(numbers, st.integers(1, 6), min_size=1, max_size=12).map(
    lambda found: [Ticket(number, weight) for number, weight in found.items()]
)


def chances_by_counting(weights: dict[str, int]) -> dict[tuple[str, ...], Fraction]:
    """The chance of each order, by letting every order of all lots in the box come out once."""
    owners = [number for number, weight in weights.items() for _ in range(weight)]
    counts: dict[tuple[str, ...], int] = {}
    total = 0
    for values in itertools.permutations(range(len(owners))):
        lots: dict[str, list[int]] = {number: [] for number in weights}
        for owner, value in zip(owners, values, strict=True):
            lots[owner].append(value)
        order = tuple(drawing.order_by_lots(lots))
        counts[order] = counts.get(order, 0) + 1
        total += 1
    return {order: Fraction(count, total) for order, count in counts.items()}


def chance_by_definition(order: tuple[str, ...], weights: dict[str, int]) -> Fraction:
    """Weighted drawing without replacement: each next one by its share of the weights left."""
    left, chance = sum(weights.values()), Fraction(1)
    for number in order:
        chance *= Fraction(weights[number], left)
        left -= weights[number]
    return chance


@pytest.mark.parametrize(
    "weights", [{"1": 1, "2": 1, "3": 1}, {"1": 1, "2": 3}, {"1": 1, "2": 2, "3": 3}, {"1": 4, "2": 2, "3": 1, "4": 1}]
)
def test_every_order_has_exactly_the_chance_of_a_weighted_draw(weights: dict[str, int]) -> None:
    counted = chances_by_counting(weights)
    assert counted == {order: chance_by_definition(order, weights) for order in itertools.permutations(weights)}
    assert sum(counted.values()) == 1


@pytest.mark.parametrize("seats", [1, 2])
def test_more_lots_never_mean_a_smaller_chance_of_a_seat(seats: int) -> None:
    def chance(own: int) -> Fraction:
        counted = chances_by_counting({"1": own, "2": 2, "3": 1})
        return sum((share for order, share in counted.items() if "1" in order[:seats]), Fraction(0))

    found = [chance(own) for own in (1, 2, 3, 4)]
    assert found == sorted(set(found))


def test_the_formula_is_the_published_one() -> None:
    seed = bytes(range(32))
    ticket = Ticket("004217", 2)
    expected = [
        int(hmac.new(seed, f"{LOTTERY}/004217/{lot}".encode(), hashlib.sha256).hexdigest(), 16) for lot in (1, 2)
    ]
    assert drawing.lots_of(seed=seed, lottery=LOTTERY, ticket=ticket) == expected
    text = drawing.canonical_list(lottery=LOTTERY, seats=1, tickets=[Ticket("2", 1), Ticket("1", 3)])
    listed = '"seats":1,"tickets":[["1",3],["2",1]]'
    assert text == f'{{"algorithm":"yinling-lottery-1","lottery":"{LOTTERY}",{listed}}}'
    assert drawing.commitment_of(seed=seed, list_text=text) == hashlib.sha256(seed + text.encode()).hexdigest()


def test_a_known_seed_gives_a_known_order_on_every_machine() -> None:
    tickets = [Ticket(f"{number:06}", 1 + number % 3) for number in range(1, 9)]
    assert drawing.rank(seed=b"\x07" * 32, lottery=LOTTERY, tickets=tickets) == KNOWN_ORDER


KNOWN_ORDER = ["000002", "000008", "000004", "000001", "000003", "000007", "000005", "000006"]


@given(seed=seeds, tickets=lists, data=st.data())
@settings(max_examples=60, deadline=None)
def test_the_order_of_the_list_changes_nothing(seed: bytes, tickets: list[Ticket], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(tickets))
    assert drawing.rank(seed=seed, lottery=LOTTERY, tickets=shuffled) == drawing.rank(
        seed=seed, lottery=LOTTERY, tickets=tickets
    )
    assert drawing.canonical_list(lottery=LOTTERY, seats=2, tickets=shuffled) == drawing.canonical_list(
        lottery=LOTTERY, seats=2, tickets=tickets
    )


@given(seed=seeds, tickets=lists, data=st.data())
@settings(max_examples=60, deadline=None)
def test_one_lot_more_never_lowers_a_rank(seed: bytes, tickets: list[Ticket], data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(tickets))
    richer = [Ticket(t.number, t.weight + (t == chosen)) for t in tickets]
    before = drawing.rank(seed=seed, lottery=LOTTERY, tickets=tickets)
    after = drawing.rank(seed=seed, lottery=LOTTERY, tickets=richer)
    assert after.index(chosen.number) <= before.index(chosen.number)
    assert [n for n in after if n != chosen.number] == [n for n in before if n != chosen.number]


@given(seed=seeds, tickets=lists, data=st.data())
@settings(max_examples=60, deadline=None)
def test_who_leaves_changes_nobody_elses_order(seed: bytes, tickets: list[Ticket], data: st.DataObject) -> None:
    gone = {ticket.number for ticket in data.draw(st.lists(st.sampled_from(tickets), max_size=4))}
    ranks = drawing.rank(seed=seed, lottery=LOTTERY, tickets=tickets)
    staying = [ticket for ticket in tickets if ticket.number not in gone]
    assert [n for n in ranks if n not in gone] == drawing.rank(seed=seed, lottery=LOTTERY, tickets=staying)
    won = drawing.winners(ranks=ranks, withdrawn=gone, seats=3)
    assert len(won) == min(3, len(staying))
    assert gone.isdisjoint(won)
