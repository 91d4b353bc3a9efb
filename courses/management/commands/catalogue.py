"""`manage.py catalogue draft|seal|flip|diff|rollback|export|verify …`.

Exit codes: 0 done (for `diff`: no difference); 1 refused by a rule, or for `diff` and `verify` not the same; 2 no such
edition, file or person, or not understood.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from core import clock
from core.errors import Refusal
from core.half_year import HalfYear
from courses.enums import FlipKind
from courses.exports.envelope import prove_edition, prove_file
from courses.exports.files import KINDS, edition_file
from courses.manifests.canonical import NotCanonical
from courses.models import CatalogueEdition, CatalogueFlip
from courses.operations.editions.drafting import draft_edition
from courses.operations.editions.flipping import flip_due_editions, flip_edition
from courses.operations.editions.rollback import finish_rollback, roll_back
from courses.operations.editions.sealing import seal_edition
from courses.queries.editions.checks import seal_checks
from courses.queries.editions.comparing import compare_editions
from courses.queries.editions.desk import open_rollback_of
from courses.queries.editions.manifest import digest_of
from courses.queries.editions.reading import find_edition

REFUSED, UNKNOWN = 1, 2


class Command(BaseCommand):
    help = "起草、封存、换版、比较、退回、导出、核对课程目录"

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)

        def action(name: str, words: str) -> ArgumentParser:
            added: ArgumentParser = actions.add_parser(name, help=words)
            added.add_argument("--json", action="store_true", help="输出 JSON，一行一个")
            return added

        def writing(name: str, words: str) -> ArgumentParser:
            added = action(name, words)
            added.add_argument("--by", default="", help="谁在做（用户名），记在经办记录里")
            return added

        writing("draft", "从现行目录起草一版").add_argument("edition", help="半年，例如 2026H1")
        writing("seal", "封存审核通过的一版").add_argument("edition", help="例如 2026H1、2026H1-2")
        flip = writing("flip", "换版")
        flip.add_argument("edition", nargs="?", default="")
        flip.add_argument("--due", action="store_true", help="把到了时间的都换上")
        flip.add_argument("--now", action="store_true", help="没有到换版时间也马上换")
        diff = action("diff", "两版有什么不同")
        diff.add_argument("before")
        diff.add_argument("after")
        rollback = writing("rollback", "退回：把现行的一版换回以前的")
        rollback.add_argument("edition", help="要退掉的现行目录")
        rollback.add_argument("--to", default="", help="换回哪一版；不写就是它前面那一版")
        rollback.add_argument("--reason", default="", help="为什么退回")
        rollback.add_argument("--finish", action="store_true", help="报名都处理完以后，结束这次退回")
        export = action("export", "导出文件")
        export.add_argument("edition")
        export.add_argument("--format", choices=sorted(KINDS), default="json")
        export.add_argument("--output", type=Path, help="写到哪个文件；不写就写到标准输出")
        action("verify", "核对一版目录，或者别人手里的 JSON 文件").add_argument("edition", help="编号或文件")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except Refusal as refusal:
            self._stop(options, refusal.sentence, REFUSED)
        except NotCanonical as error:
            self._stop(options, f"清单坏了，和封存时不一样：{error}", REFUSED)

    def _draft(self, options: dict[str, Any]) -> None:
        try:
            half_year = HalfYear.parse(options["edition"])
        except ValueError:
            self._stop(options, "半年要写成 2026H1 这样。", UNKNOWN)
        edition = draft_edition(half_year=half_year, by=self._who(options))
        self._tell(options, f"{edition.label}起草好了，{edition.entries.count()} 门课。", **_facts(edition))

    def _seal(self, options: dict[str, Any]) -> None:
        edition = self._edition(options, options["edition"])
        checks = [check for check in seal_checks(edition) if not check.passes] if edition.is_open else []
        try:
            edition = seal_edition(edition=edition, by=self._who(options))
        except Refusal as refusal:
            failed = [{"name": check.name, "sentence": check.sentence, "blocks": check.blocks} for check in checks]
            self._stop(options, refusal.sentence, REFUSED, checks=failed)
        self._tell(options, f"{edition.label}封存好了，校验码 {edition.manifest_id}。", **_facts(edition))

    def _flip(self, options: dict[str, Any]) -> None:
        if options["due"] == bool(options["edition"]):
            self._stop(options, "请写一版的编号，或者写 --due。", UNKNOWN)
        if options["due"]:
            flips = flip_due_editions()
            self._tell(
                options,
                "、".join(f"换上了{flip.edition.label}" for flip in flips) or "没有到时间的目录。",
                flips=[_flip_facts(flip) for flip in flips],
            )
            return
        edition = self._edition(options, options["edition"])
        if edition.flips_at > clock.now() and not options["now"]:
            when = f"{timezone.localtime(edition.flips_at):%Y-%m-%d %H:%M}"
            self._stop(options, f"{edition.label}要到 {when} 才换版；一定要马上换，请加 --now。", REFUSED)
        flip = flip_edition(edition=edition, by=self._who(options), kind=FlipKind.BY_HAND)
        self._tell(options, f"换上了{flip.edition.label}。", **_flip_facts(flip))

    def _diff(self, options: dict[str, Any]) -> None:
        before, after = (self._edition(options, options[side]) for side in ("before", "after"))
        comparison = compare_editions(before, after)
        courses = [
            {
                "course": course.title,
                "kind": course.word,
                "changes": [
                    {"sentence": line.sentence, "before": line.before, "after": line.after} for line in course.lines
                ],
            }
            for course in comparison.courses()
        ]
        if options["json"]:
            facts = {"before": before.code, "after": after.code, "same": comparison.is_same, "courses": courses}
            digests = {"before_sha256": digest_of(before), "after_sha256": digest_of(after)}
            self.stdout.write(json.dumps({**facts, **digests}, ensure_ascii=False))
        elif comparison.is_same:
            self.stdout.write("无变化")
        else:
            for course in comparison.courses():
                self.stdout.write(f"{course.word}《{course.title}》")
                for line in course.lines:
                    self.stdout.write(f"  {line.sentence}")
        if not comparison.is_same:
            sys.exit(REFUSED)

    def _rollback(self, options: dict[str, Any]) -> None:
        edition = self._edition(options, options["edition"])
        if options["finish"]:
            rollback = open_rollback_of(edition)
            if rollback is None:
                self._stop(options, f"{edition.label}没有没处理完的退回。", REFUSED)
            finish_rollback(rollback=rollback)
            self._tell(options, "报名都处理完了，这次退回结束。", edition=edition.code, done=True)
            return
        to = self._edition(options, options["to"]) if options["to"] else None
        rollback = roll_back(edition=edition, to=to, reason=options["reason"], by=self._who(options))
        waiting = list(rollback.decisions.values_list("enrolment_id", flat=True))
        words = f"换回了{rollback.to.label}。" + (f"还有 {len(waiting)} 个报名要一一处理。" if waiting else "")
        self._tell(options, words, edition=edition.code, to=rollback.to.code, enrolments=waiting)

    def _export(self, options: dict[str, Any]) -> None:
        edition = self._edition(options, options["edition"])
        if not edition.is_frozen:
            self._stop(options, f"{edition.label}还没有封存，不能导出。", REFUSED)
        data = edition_file(edition, options["format"])
        if options["output"] is None:
            if options["format"] != "json":
                self._stop(options, f"{options['format']} 文件请用 --output 写到一个文件里。", UNKNOWN)
            self.stdout.write(data.decode("utf-8"))
            return
        try:
            options["output"].write_bytes(data)
        except OSError as error:
            self._stop(options, f"文件没有写成：{error.strerror}。", UNKNOWN)
        self._tell(
            options, f"写好了 {options['output']}。", **_facts(edition), bytes=len(data), output=str(options["output"])
        )

    def _verify(self, options: dict[str, Any]) -> None:
        name = options["edition"]
        path = Path(name)
        proof = prove_file(path.read_bytes()) if path.is_file() else prove_edition(self._edition(options, name))
        if not proof.ok:
            self._stop(options, proof.sentence, REFUSED, sha256=proof.sha256, editions=list(proof.codes))
        self._tell(options, proof.sentence, sha256=proof.sha256, editions=list(proof.codes))

    def _edition(self, options: dict[str, Any], code: str) -> CatalogueEdition:
        try:
            return find_edition(code)
        except CatalogueEdition.DoesNotExist:
            self._stop(options, f"没有编号是 {code} 的目录。编号像 2026H1、2026H1-2。", UNKNOWN)

    def _who(self, options: dict[str, Any]) -> User | None:
        if not options["by"]:
            return None
        user = User.objects.filter(username=options["by"]).first()
        if user is None:
            self._stop(options, f"没有用户名是 {options['by']} 的人。", UNKNOWN)
        return user

    def _tell(self, options: dict[str, Any], words: str, **facts: Any) -> None:
        self.stdout.write(json.dumps({"ok": True, **facts}, ensure_ascii=False) if options["json"] else words)

    def _stop(self, options: dict[str, Any], words: str, code: int, **facts: Any) -> NoReturn:
        """Say why not, and end. With --json the reason is on standard output as well."""
        if options["json"]:
            self.stdout.write(json.dumps({"ok": False, "reason": words, **facts}, ensure_ascii=False))
        raise CommandError(words, returncode=code)


def _facts(edition: CatalogueEdition) -> dict[str, Any]:
    return {
        "edition": edition.code,
        "state": edition.state,
        "sha256": digest_of(edition),
        "entries": edition.entries.count(),
        "flips_at": timezone.localtime(edition.flips_at).isoformat(),
    }


def _flip_facts(flip: CatalogueFlip) -> dict[str, Any]:
    return {
        "edition": flip.edition.code,
        "previous": flip.previous.code if flip.previous else None,
        "kind": flip.kind,
        "happened_at": timezone.localtime(flip.happened_at).isoformat(),
        "delay_seconds": round(flip.delay.total_seconds()),
    }
