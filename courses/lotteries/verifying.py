"""Checking a published draw from its file alone: seal, list, order and winners, each fault in a sentence.

The file (`courses.queries.lotteries.publication`) is JSON. Sealed, it has

    algorithm, lottery, seats, tickets: [{number, weight, check}], seed_digest, list_digest, commitment, sealed_at,
    draw_at

and after the draw also

    seed, drawn_at, withdrawn: [number], ranks: [number], won: [number]
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from courses.lotteries import drawing
from courses.lotteries.drawing import Ticket

NUMBER = re.compile(r"[0-9]{1,8}")
HEX_64 = re.compile(r"[0-9a-f]{64}")


class Unreadable(Exception):
    """The file is no published lottery; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def faults_of(published: Any, *, sealed: Any = None) -> list[str]:
    """What is wrong with a published lottery; empty if nothing is.

    `sealed` is the file as it was saved before the draw, if the checker has one: then what changed since is named too.
    Raises `Unreadable`.
    """
    lottery, seats, tickets = _read_list(published)
    found = _line_faults(published, lottery, tickets)
    list_text = drawing.canonical_list(lottery=lottery, seats=seats, tickets=tickets)
    if drawing.digest_of(list_text.encode("ascii")) != published.get("list_digest"):
        found.append("名单与封存时公布的名单摘要不符：名额、签号或签数被改动过。")
    if sealed is not None:
        found += _changes_since(sealed, published)
    if published.get("seed"):
        found += _draw_faults(published, lottery, seats, tickets, list_text)
    elif any(published.get(name) for name in ("ranks", "won", "drawn_at")):
        found.append("有摇号结果，却没有公开种子。")
    return found


def is_drawn(published: Any) -> bool:
    """Whether the file is one of after the draw, by its own words."""
    return isinstance(published, dict) and bool(published.get("seed"))


def _read_list(published: Any) -> tuple[str, int, list[Ticket]]:
    if not isinstance(published, dict):
        raise Unreadable("这不是公布的摇号文件。")
    if published.get("algorithm") != drawing.ALGORITHM:
        raise Unreadable(f"文件写的算法不是 {drawing.ALGORITHM}，这个程序不会核对。")
    lottery, rows = published.get("lottery"), published.get("tickets")
    seats: Any = published.get("seats")
    if not isinstance(lottery, str) or not lottery.isascii() or len(lottery) > 64:
        raise Unreadable("文件里没有摇号的编号。")
    if not _is_whole(seats, 1, 10**6):
        raise Unreadable("文件里的名额不是一个正整数。")
    if not isinstance(rows, list) or len(rows) > drawing.MOST_TICKETS:
        raise Unreadable("文件里没有签号名单。")
    return lottery, seats, [_read_ticket(row) for row in rows]


def _read_ticket(row: Any) -> Ticket:
    if not isinstance(row, dict) or not _is_number(row.get("number")):
        raise Unreadable("名单里有一行没有签号。")
    if not _is_whole(row.get("weight"), 1, drawing.MOST_LOTS):
        raise Unreadable(f"签号 {row['number']} 的签数不是 1 到 {drawing.MOST_LOTS} 的整数。")
    return Ticket(row["number"], row["weight"])


def _line_faults(published: dict[str, Any], lottery: str, tickets: list[Ticket]) -> list[str]:
    found = []
    for ticket, row in zip(tickets, published["tickets"], strict=True):
        if row.get("check") != drawing.check_of(lottery=lottery, ticket=ticket):
            found.append(f"签号 {ticket.number} 这一行被改动过（现在写着 {ticket.weight} 签）。")
    times = Counter(ticket.number for ticket in tickets)
    return found + [f"签号 {number} 出现了不止一次。" for number in sorted(times) if times[number] > 1]


def _changes_since(sealed: Any, published: dict[str, Any]) -> list[str]:
    """What differs between the file of before the draw and this one."""
    lottery, seats, tickets = _read_list(sealed)
    found = []
    if lottery != published["lottery"]:
        return ["两份文件不是同一次摇号。"]
    if seats != published["seats"]:
        found.append(f"封存时是 {seats} 个名额，现在写着 {published['seats']} 个。")
    before = {ticket.number: ticket.weight for ticket in tickets}
    after = {row["number"]: row["weight"] for row in published["tickets"]}
    found += [f"封存时有签号 {number}，现在没有了。" for number in sorted(before.keys() - after.keys())]
    found += [f"封存时没有签号 {number}，现在多出来了。" for number in sorted(after.keys() - before.keys())]
    found += [
        f"签号 {number} 封存时是 {before[number]} 签，现在写着 {after[number]} 签。"
        for number in sorted(before.keys() & after.keys())
        if before[number] != after[number]
    ]
    found += [
        f"封存时公布的{label}与现在的不同。"
        for name, label in (("commitment", "封存码"), ("seed_digest", "种子摘要"), ("list_digest", "名单摘要"))
        if sealed.get(name) != published.get(name)
    ]
    return found


def _draw_faults(
    published: dict[str, Any], lottery: str, seats: int, tickets: list[Ticket], list_text: str
) -> list[str]:
    text = published["seed"]
    if not isinstance(text, str) or not HEX_64.fullmatch(text):
        return ["公开的种子不是 64 位十六进制数。"]
    seed = bytes.fromhex(text)
    found = []
    if drawing.digest_of(seed) != published.get("seed_digest"):
        found.append("公开的种子与封存时公布的种子摘要不符：种子被换过或被改动过。")
    if drawing.commitment_of(seed=seed, list_text=list_text) != published.get("commitment"):
        found.append("种子和名单合起来，与封存码不符。")
    known = {ticket.number for ticket in tickets}
    ranks, withdrawn, won = (_numbers(published, name) for name in ("ranks", "withdrawn", "won"))
    for label, named in (("名次", ranks), ("摇号前退出", withdrawn), ("中签", won)):
        found += [f"{label}里的签号 {number} 不在名单里。" for number in sorted(set(named) - known)]
    found += [f"签号 {number} 没有名次。" for number in sorted(known - set(ranks))]
    if found:
        return found
    expected = drawing.rank(seed=seed, lottery=lottery, tickets=tickets)
    for place, (ours, theirs) in enumerate(zip(expected, ranks, strict=False), start=1):
        if ours != theirs:
            found.append(f"第 {place} 名应该是签号 {ours}，公布的是 {theirs}。")
            break
    if len(ranks) != len(expected):
        found.append(f"应该有 {len(expected)} 个名次，公布了 {len(ranks)} 个。")
    ours_won = drawing.winners(ranks=expected, withdrawn=withdrawn, seats=seats)
    found += [f"签号 {number} 应该中签，公布的中签名单里没有。" for number in ours_won if number not in set(won)]
    found += [f"签号 {number} 不应该中签，公布的中签名单里却有。" for number in won if number not in set(ours_won)]
    return found


def _numbers(published: dict[str, Any], name: str) -> list[str]:
    listed = published.get(name)
    if not isinstance(listed, list) or not all(_is_number(number) for number in listed):
        raise Unreadable(f"文件里的“{name}”不是签号的列表。")
    return listed


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and NUMBER.fullmatch(value) is not None


def _is_whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
