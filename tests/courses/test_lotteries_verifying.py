"""A published draw checks out, and whatever is changed in it is named."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.lotteries import drawing
from courses.lotteries.drawing import Ticket
from courses.lotteries.verifying import Unreadable, faults_of, is_drawn

LOTTERY = "2f1c0000-0000-4000-8000-000000000001"


def published(seed: bytes, weights: dict[str, int], *, seats: int = 2, withdrawn: tuple[str, ...] = ()) -> Any:
    tickets = [Ticket(number, weight) for number, weight in weights.items()]
    text = drawing.canonical_list(lottery=LOTTERY, seats=seats, tickets=tickets)
    ranks = drawing.rank(seed=seed, lottery=LOTTERY, tickets=tickets)
    return {
        "algorithm": drawing.ALGORITHM,
        "lottery": LOTTERY,
        "seats": seats,
        "tickets": [
            {"number": t.number, "weight": t.weight, "check": drawing.check_of(lottery=LOTTERY, ticket=t)}
            for t in tickets
        ],
        "seed_digest": drawing.digest_of(seed),
        "list_digest": drawing.digest_of(text.encode()),
        "commitment": drawing.commitment_of(seed=seed, list_text=text),
        "seed": seed.hex(),
        "drawn_at": "2026-02-22T10:00:00+08:00",
        "withdrawn": list(withdrawn),
        "ranks": ranks,
        "won": drawing.winners(ranks=ranks, withdrawn=withdrawn, seats=seats),
    }


def before_the_draw(file: Any) -> Any:
    return {
        name: copy.deepcopy(file[name])
        for name in file
        if name not in ("seed", "drawn_at", "withdrawn", "ranks", "won")
    }


SEED = bytes(range(32))
WEIGHTS = {"000001": 1, "000002": 2, "000003": 3, "000004": 1, "000005": 1}
weights = st.dictionaries(st.from_regex(r"[0-9]{6}", fullmatch=True), st.integers(1, 5), min_size=2, max_size=9)


@given(seed=st.binary(min_size=32, max_size=32), weights=weights, seats=st.integers(1, 4), data=st.data())
@settings(max_examples=60, deadline=None)
def test_an_honest_draw_has_no_fault(seed: bytes, weights: dict[str, int], seats: int, data: st.DataObject) -> None:
    withdrawn = tuple(sorted(data.draw(st.sets(st.sampled_from(sorted(weights)), max_size=3))))
    file = json.loads(json.dumps(published(seed, weights, seats=seats, withdrawn=withdrawn)))
    assert is_drawn(file)
    assert faults_of(file, sealed=before_the_draw(file)) == []
    assert faults_of(before_the_draw(file)) == []


@given(place=st.integers(0, 63), name=st.sampled_from(["seed", "commitment", "seed_digest", "list_digest"]))
@settings(max_examples=40, deadline=None)
def test_a_flipped_digit_of_a_seed_or_a_seal_is_found(place: int, name: str) -> None:
    file = published(SEED, WEIGHTS)
    digit = "0" if file[name][place] != "0" else "1"
    file[name] = file[name][:place] + digit + file[name][place + 1 :]
    assert faults_of(file) != []


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_change_of_the_list_is_found_without_the_sealed_file(data: st.DataObject) -> None:
    file = published(SEED, WEIGHTS)
    row = data.draw(st.sampled_from(file["tickets"]))
    change = data.draw(st.sampled_from(["weight", "number", "drop", "double", "seats"]))
    if change == "weight":
        row["weight"] += 1
        row["check"] = drawing.check_of(lottery=LOTTERY, ticket=Ticket(row["number"], row["weight"]))
    elif change == "number":
        row["number"] = "999999"
        row["check"] = drawing.check_of(lottery=LOTTERY, ticket=Ticket(row["number"], row["weight"]))
    elif change == "drop":
        file["tickets"].remove(row)
    elif change == "double":
        file["tickets"].append(dict(row))
    else:
        file["seats"] += 1
    assert any("名单" in fault for fault in faults_of(file))


def test_a_changed_weight_is_named_by_its_ticket() -> None:
    file = published(SEED, WEIGHTS)
    sealed = before_the_draw(file)
    file["tickets"][1]["weight"] = 5
    assert "签号 000002 这一行被改动过（现在写着 5 签）。" in faults_of(file)
    assert "签号 000002 封存时是 2 签，现在写着 5 签。" in faults_of(file, sealed=sealed)


def test_a_missing_and_an_added_ticket_are_named() -> None:
    file = published(SEED, WEIGHTS)
    sealed = before_the_draw(file)
    gone = file["tickets"].pop(2)
    assert "名次里的签号 000003 不在名单里。" in faults_of(file)
    assert "封存时有签号 000003，现在没有了。" in faults_of(file, sealed=sealed)
    file["tickets"] += [gone, {**gone, "number": "777777"}]
    assert "签号 777777 没有名次。" in faults_of(file)
    assert "封存时没有签号 777777，现在多出来了。" in faults_of(file, sealed=sealed)


def test_another_seed_is_named_even_with_a_fitting_order() -> None:
    file = published(SEED, WEIGHTS)
    other = published(b"\x01" * 32, WEIGHTS)
    for name in ("seed", "ranks", "won"):
        file[name] = other[name]
    assert faults_of(file) == [
        "公开的种子与封存时公布的种子摘要不符：种子被换过或被改动过。",
        "种子和名单合起来，与封存码不符。",
    ]
    other_sealed = before_the_draw(other)
    assert "封存时公布的封存码与现在的不同。" in faults_of(published(SEED, WEIGHTS), sealed=other_sealed)


def test_a_swapped_order_and_a_smuggled_winner_are_named() -> None:
    file = published(SEED, WEIGHTS)
    first, second = file["ranks"][:2]
    file["ranks"][:2] = [second, first]
    assert f"第 1 名应该是签号 {first}，公布的是 {second}。" in faults_of(file)
    file = published(SEED, WEIGHTS)
    cheated, smuggled = file["won"][1], file["ranks"][-1]
    file["won"][1] = smuggled
    assert f"签号 {cheated} 应该中签，公布的中签名单里没有。" in faults_of(file)
    assert f"签号 {smuggled} 不应该中签，公布的中签名单里却有。" in faults_of(file)


def test_a_result_without_a_seed_is_no_result() -> None:
    file = published(SEED, WEIGHTS)
    file["seed"] = ""
    assert faults_of(file) == ["有摇号结果，却没有公开种子。"]


BROKEN: list[Any] = [
    None,
    [],
    "yinling",
    {},
    {"algorithm": "other"},
    {**published(SEED, WEIGHTS), "seats": True},
    {**published(SEED, WEIGHTS), "seats": -1},
    {**published(SEED, WEIGHTS), "lottery": "摇号"},
    {**published(SEED, WEIGHTS), "tickets": {"000001": 1}},
    {**published(SEED, WEIGHTS), "tickets": [["000001", 1]]},
    {**published(SEED, WEIGHTS), "tickets": [{"number": "000001", "weight": 10**12, "check": ""}]},
    {**published(SEED, WEIGHTS), "tickets": [{"number": "000001", "weight": 1.5, "check": ""}]},
    {**published(SEED, WEIGHTS), "tickets": [{"number": "<b>", "weight": 1, "check": ""}]},
    {**published(SEED, WEIGHTS), "ranks": "000001"},
    {**published(SEED, WEIGHTS), "won": [1, 2]},
]


@pytest.mark.parametrize("file", BROKEN)
def test_what_is_no_published_lottery_is_refused_with_a_sentence(file: Any) -> None:
    with pytest.raises(Unreadable) as refused:
        faults_of(file)
    assert refused.value.sentence.endswith("。")


@pytest.mark.parametrize("seed", ["zz" * 32, "00", 7, ["00"]])
def test_a_seed_that_is_none_is_named(seed: Any) -> None:
    assert faults_of({**published(SEED, WEIGHTS), "seed": seed}) == ["公开的种子不是 64 位十六进制数。"]
