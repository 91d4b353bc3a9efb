"""`manage.py media status ID`, `media retry ID`, `media verify ID|--all`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import Refusal
from media_pipeline.enums import SourceState
from media_pipeline.models import MediaAsset, Source
from media_pipeline.operations.jobs import retry_source
from media_pipeline.queries.progress import describe, published_renditions
from media_pipeline.queries.verify import find_faults
from media_pipeline.storage import StoreDown


class Command(BaseCommand):
    """Ask about media and act on it from a shell. Exit code 0 if all is well, 1 if not."""

    help = "查看、重试、核对媒体"

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        status = actions.add_parser("status", help="一个媒体做到哪里了")
        status.add_argument("id", type=int)
        status.add_argument("--json", action="store_true")
        retry = actions.add_parser("retry", help="从失败的步骤接着做")
        retry.add_argument("id", type=int)
        verify = actions.add_parser("verify", help="核对成品：文件齐全、能解码、各规格对齐")
        verify.add_argument("id", type=int, nargs="?")
        verify.add_argument("--all", action="store_true")
        verify.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['action']}")(options)

    def _status(self, options: dict[str, Any]) -> None:
        asset = _asset(options["id"])
        progress = describe(asset.source)
        if not options["json"]:
            self.stdout.write(f"《{asset.title}》{progress.sentence}")
            for step in progress.steps:
                self.stdout.write(f"  {step.label}：{step.state_label} {step.percent}% {step.reason}".rstrip())
            return
        source = asset.source
        facts = {
            "id": asset.pk,
            "key": str(asset.key),
            "title": asset.title,
            "state": source.state,
            "kind": source.kind,
            "duration": source.duration,
            "bytes": source.size,
            "sha256": source.sha256,
            "playable": source.plays,
            "percent": progress.percent,
            "seconds_left": progress.seconds_left,
            "plan": progress.plan_sentence,
            "reason": source.reason,
            "steps": [
                {
                    "kind": step.kind,
                    "part": step.part,
                    "state": step.state,
                    "percent": round(100 * step.progress),
                    "attempts": step.attempts,
                    "cpu_seconds": round(step.cpu_seconds, 2),
                    "reason": step.reason,
                }
                for step in source.steps.all()
            ],
            "renditions": published_renditions(source),
        }
        self.stdout.write(json.dumps(facts, ensure_ascii=False))

    def _retry(self, options: dict[str, Any]) -> None:
        asset = _asset(options["id"])
        try:
            retry_source(source=asset.source)
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"《{asset.title}》从失败的步骤接着做。")

    def _verify(self, options: dict[str, Any]) -> None:
        if options["all"] == (options["id"] is not None):
            raise CommandError("请写一个编号，或者写 --all。")
        if options["all"]:
            sources = Source.objects.filter(state=SourceState.READY)
        else:
            sources = Source.objects.filter(pk=_asset(options["id"]).source_id)
        faulty = 0
        for source in sources.order_by("pk"):
            try:
                faults = find_faults(source)
            except StoreDown as error:
                raise CommandError("存储连不上，没有核对完。请检查 MEDIA_STORAGE_URL。", returncode=2) from error
            faulty += bool(faults)
            ids = list(source.assets.order_by("pk").values_list("pk", flat=True))
            if options["json"]:
                self.stdout.write(json.dumps({"ids": ids, "ok": not faults, "faults": faults}, ensure_ascii=False))
            else:
                self.stdout.write(f"{ids} {'完好' if not faults else '有问题'}")
                for fault in faults:
                    self.stdout.write(f"  {fault}")
        if faulty:
            raise CommandError(f"{faulty} 个媒体有问题。", returncode=1)


def _asset(number: int) -> MediaAsset:
    asset = MediaAsset.objects.select_related("source").filter(pk=number).first()
    if asset is None:
        raise CommandError(f"没有编号是 {number} 的媒体。")
    return asset
