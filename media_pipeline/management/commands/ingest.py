"""`manage.py ingest FILE… [--title T] [--wait] [--json]`"""

from __future__ import annotations

import errno
import hashlib
import json
import uuid
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.errors import Refusal
from media_pipeline.enums import SourceState
from media_pipeline.models import MediaAsset
from media_pipeline.operations.receive import receive_file
from media_pipeline.operations.work import run_until_settled
from media_pipeline.queries.progress import describe
from media_pipeline.storage import StoreDown, free_bytes

PIECE = 1 << 20
PROBLEMS = {
    errno.ENOENT: "没有这个文件。",
    errno.EACCES: "没有读这个文件的权限，没有收。",
    errno.ENOTDIR: "没有这个文件。",
    errno.ENAMETOOLONG: "文件名太长，没有收。",
    errno.ENOSPC: "服务器的磁盘满了，没有收。",
}


class Command(BaseCommand):
    """Take files into the media library.

    With `--wait` the command works on them itself beside any worker, and its exit code is 1 if one was refused or
    failed. With `--json` it prints one JSON object a file, in the order given.
    """

    help = "把视频或音频文件收进媒体库"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--title", default="", help="标题；不写就用文件名")
        parser.add_argument("--owner", default="", help="记在哪个用户名下")
        parser.add_argument("--wait", action="store_true", help="做完再结束；没有工作进程时自己做")
        parser.add_argument("--json", action="store_true", help="每个文件输出一行 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = None
        if options["owner"]:
            owner = User.objects.filter(username=options["owner"]).first()
            if owner is None:
                raise CommandError(f"没有叫 {options['owner']} 的用户，什么也没有收。")
        bad = 0
        for path in options["files"]:
            try:
                asset = take_file(path, title=options["title"], owner=owner)
            except (OSError, Refusal) as error:
                bad += 1
                sentence = _sentence(error)
                self._say(options["json"], {"file": _as_text(str(path)), "state": "unreadable", "reason": sentence})
                continue
            source = run_until_settled(source=asset.source) if options["wait"] else asset.source
            bad += source.state in {SourceState.REFUSED, SourceState.FAILED}
            self._say(
                options["json"],
                {
                    "file": _as_text(str(path)),
                    "id": asset.pk,
                    "key": str(asset.key),
                    "title": asset.title,
                    "sha256": source.sha256,
                    "state": source.state,
                    "playable": source.plays,
                    "duration": source.duration,
                    "reason": source.reason,
                    "sentence": describe(source).sentence,
                },
            )
        if bad:
            raise CommandError(f"有 {bad} 个文件没有收成。", returncode=1)

    def _say(self, as_json: bool, facts: dict[str, object]) -> None:
        if as_json:
            self.stdout.write(json.dumps(facts, ensure_ascii=False))
        else:
            number = f"编号 {facts['id']} " if "id" in facts else ""
            self.stdout.write(f"{facts['file']}：{number}{facts.get('sentence') or facts['reason']}")


def _sentence(error: OSError | Refusal) -> str:
    if isinstance(error, Refusal):
        return error.sentence
    if isinstance(error, StoreDown):
        return "存放媒体的存储连不上，没有收。请检查 MEDIA_STORAGE_URL。"
    return PROBLEMS.get(error.errno or 0, f"文件读不了（错误 {error.errno}），没有收。")


def take_file(path: Path, *, title: str, owner: User | None) -> MediaAsset:
    """Copy a file of this machine into the house, hashing it on the way.

    Raises `OSError` when it can't be read, `Refusal` when there is no room or nothing in it.
    """
    size = path.stat().st_size
    if not path.is_file():
        raise Refusal("不是文件。")
    if size == 0:
        raise Refusal("文件是空的，没有收。")
    if free_bytes() - size < settings.MEDIA_MIN_FREE_BYTES:
        raise Refusal("磁盘空间不够，没有收。")
    taken = Path(settings.DATA_DIR) / "uploads" / f"ingest-{uuid.uuid4().hex}.part"
    digest = hashlib.sha256()
    try:
        with path.open("rb") as reading, taken.open("wb") as writing:
            while piece := reading.read(PIECE):
                digest.update(piece)
                writing.write(piece)
        return receive_file(
            path=taken, sha256=digest.hexdigest(), size=size, title=title, name=_as_text(path.name), owner=owner
        )
    finally:
        taken.unlink(missing_ok=True)


def _as_text(name: str) -> str:
    """A file's name as text: bytes that aren't UTF-8 become question marks."""
    return name.encode("utf-8", "replace").decode("utf-8")
