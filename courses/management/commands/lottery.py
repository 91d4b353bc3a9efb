"""`manage.py lottery close|draw|void|publish OFFERING`, `lottery verify OFFERING|FILE [--sealed FILE]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import Refusal
from courses.lotteries.verifying import Unreadable, faults_of, is_drawn
from courses.models import Lottery, Offering
from courses.operations.lotteries import close_lottery, draw_lottery, void_lottery
from courses.queries.lotteries import publication, standing_lottery

MOST_BYTES = 50 * 1024 * 1024


class Command(BaseCommand):
    """Exit code 0 if it was done or is in order, 1 if refused or a fault was found, 2 if there was nothing to check.

    `verify FILE` reads the file alone and touches no database.
    """

    help = "封存名单、摇号、核对摇号"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        for name, what in (("close", "封存名单"), ("draw", "摇号"), ("publish", "打印公布的文件")):
            action = actions.add_parser(name, help=what)
            action.add_argument("offering", type=int)
            action.add_argument("--json", action="store_true")
        void = actions.add_parser("void", help="摇号以前作废，名单重新封存")
        void.add_argument("offering", type=int)
        void.add_argument("--reason", required=True)
        void.add_argument("--json", action="store_true")
        verify = actions.add_parser("verify", help="按公布的名单和种子重算一遍")
        verify.add_argument("subject", help="开班编号，或者公布的 JSON 文件")
        verify.add_argument("--sealed", help="摇号以前下载的文件，一起核对")
        verify.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except Refusal as refusal:
            raise CommandError(refusal.sentence, returncode=1) from refusal
        except Offering.DoesNotExist as error:
            raise CommandError(f"没有编号是 {options['offering']} 的开班。", returncode=2) from error

    def _close(self, options: dict[str, Any]) -> None:
        self._say(close_lottery(offering_id=options["offering"]), options)

    def _draw(self, options: dict[str, Any]) -> None:
        self._say(draw_lottery(offering_id=options["offering"]), options)

    def _void(self, options: dict[str, Any]) -> None:
        self._say(void_lottery(offering_id=options["offering"], reason=options["reason"]), options)

    def _publish(self, options: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(publication(_standing(options["offering"])), ensure_ascii=False, indent=1))

    def _say(self, lottery: Lottery, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(publication(lottery), ensure_ascii=False))
            return
        when = lottery.voided_at or lottery.drawn_at or lottery.sealed_at
        done = "作废" if lottery.voided_at else "摇号" if lottery.drawn_at else "封存"
        self.stdout.write(f"{lottery.offering}：{done}于 {when:%Y-%m-%d %H:%M:%S} UTC，封存码 {lottery.commitment}")

    def _verify(self, options: dict[str, Any]) -> None:
        sealed = _read(options["sealed"]) if options["sealed"] else None
        try:
            published = _subject(options["subject"])
            faults = faults_of(published, sealed=sealed)
        except Unreadable as error:
            raise CommandError(error.sentence, returncode=2) from error
        drawn = is_drawn(published)
        if options["json"]:
            facts = {"lottery": published["lottery"], "drawn": drawn, "ok": not faults, "faults": faults}
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
        elif not faults:
            whole = "名单、种子、名次和中签都与封存码相符。" if drawn else "名单与公布的摘要相符；还没有摇号。"
            self.stdout.write(f"{len(published['tickets'])} 个签号，{whole}")
        for fault in [] if options["json"] else faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"有 {len(faults)} 处不对。", returncode=1)


def _subject(subject: str) -> Any:
    if subject.isdecimal() and not Path(subject).exists():
        return publication(_standing(int(subject)))
    return _read(subject)


def _standing(offering_id: int) -> Lottery:
    offering = Offering.objects.filter(pk=offering_id).first()
    lottery = standing_lottery(offering) if offering is not None else None
    if lottery is None:
        raise CommandError(f"编号 {offering_id} 的开班还没有封存的摇号。", returncode=2)
    return lottery


def _read(name: str) -> Any:
    path = Path(name)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CommandError("文件太大，不是公布的摇号文件。", returncode=2)
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"打不开文件 {name}。", returncode=2) from error
    except (ValueError, RecursionError) as error:
        raise CommandError(f"文件 {name} 不是完好的 JSON。", returncode=2) from error
