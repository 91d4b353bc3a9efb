"""Messages of the embedded SMS gateway, shown in the terminal of `make up`: the log of their worker is followed."""

from __future__ import annotations

import re
from pathlib import Path

MARK = "短信 ▸ "  # accounts.sms.embedded.MARK, which can't be imported before the settings are ready
LOGGER = re.compile(r"\s*\[celery[\w.]*\].*$")


class Follower:
    """New lines of a log that hold `mark`, from the mark on. Copes with a log that isn't there yet, or was turned."""

    def __init__(self, log: Path, mark: str = MARK) -> None:
        self.log = log
        self.mark = mark
        self.place = log.stat().st_size if log.exists() else 0
        self.rest = b""

    def new_lines(self) -> list[str]:
        try:
            size = self.log.stat().st_size
            if size < self.place:
                self.place, self.rest = 0, b""
            if size == self.place:
                return []
            with self.log.open("rb") as file:
                file.seek(self.place)
                text = self.rest + file.read()
                self.place = file.tell()
        except FileNotFoundError:
            return []
        *lines, self.rest = text.split(b"\n")
        shown = (line.decode("utf-8", "replace") for line in lines)
        return [LOGGER.sub("", line[line.index(self.mark) :]).rstrip() for line in shown if self.mark in line]
