"""`manage.py demo`: the demo academy, without making anything twice."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.demo import operations
from cms.demo.accounts import ACCOUNTS
from cms.demo.catalogue import write_catalogue
from cms.demo.places import write_places
from cms.demo.term import write_term
from core.errors import Refusal


class Command(BaseCommand):
    help = "建立演示学堂：账号、课程、故事，并当场制作演示视频。可以反复运行，不会重复建立。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--without-media", action="store_true", help="只建账号和文字，不制作视频")
        parser.add_argument("--quiet", action="store_true", help="不列出演示账号")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SESSION_COOKIE_SECURE:  # served to others over TLS: config.settings.production
            raise CommandError("演示账号的密码是公开的，正式环境里不能建立。")
        with operations.demo_lock():
            operations.write_accounts()
            write_places()
            showings = operations.write_texts()
            write_term()
            try:
                write_catalogue()
            except Refusal as refusal:  # videos of an earlier run are still being made
                self.stdout.write(f"演示目录还没有建：{refusal.sentence}过一会儿再运行一次。")
            if not options["quiet"]:
                for account in ACCOUNTS:
                    self.stdout.write(f"演示账号 {account.username}  密码 {account.password}  （{account.role}）")
            if not options["without_media"]:
                operations.make_films(showings=showings, say=self.stdout.write)
                self.stdout.write(f"演示内容齐了：{len(showings)} 个视频和录音都已交给后台制作。")
