"""`manage.py transcribe ID…`: let the machine that SPEECH_MODEL_DIR names write drafts of captions."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import Refusal
from media_pipeline.models import MediaAsset
from media_pipeline.operations.captions import draft_captions
from media_pipeline.queries.captions import DEFAULT_LANGUAGE, LANGUAGES
from media_pipeline.speech import transcriber


class Command(BaseCommand):
    """Writes one machine draft an asset; what people wrote stays the text that is shown."""

    help = "用语音识别给媒体写字幕草稿（要先设置 SPEECH_MODEL_DIR，并装好 faster-whisper）"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="+", type=int, metavar="ID")
        parser.add_argument("--language", default=DEFAULT_LANGUAGE, choices=sorted(LANGUAGES))

    def handle(self, *args: Any, **options: Any) -> None:
        machine = transcriber()
        if machine is None:
            raise CommandError("没有设置 SPEECH_MODEL_DIR，语音识别是关着的。")
        for asset in MediaAsset.objects.filter(pk__in=options["ids"]).select_related("source"):
            try:
                version = draft_captions(asset=asset, transcriber=machine, language=options["language"])
            except Refusal as error:
                raise CommandError(f"《{asset.title}》：{error.sentence}") from error
            except ImportError as error:
                raise CommandError("没有安装 faster-whisper，语音识别用不了。") from error
            self.stdout.write(f"《{asset.title}》：第 {version.number} 版，机器草稿，{version.text.count('-->')} 条")
