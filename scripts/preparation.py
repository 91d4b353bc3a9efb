"""What must be true of the data folder before the site may run: migrated, static files collected."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """The data folder of the settings in force, with its folders made."""
    from django.conf import settings

    return Path(settings.DATA_DIR)


def run_manage(*arguments: str) -> None:
    """`manage.py …` to its end, without the log lines of what goes well. Raises CalledProcessError."""
    quiet = {"LOG_LEVEL": "WARNING", **os.environ}
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=quiet, check=True)


def fingerprint(paths: Iterable[Path]) -> int:
    """31 bits over names and contents: fits SQLite's `user_version`, and is never 0, its default."""
    value = 0
    for path in sorted(paths):
        value = zlib.crc32(str(path.relative_to(ROOT)).encode(), value)
        value = zlib.crc32(path.read_bytes(), value)
    return (value & 0x7FFFFFFF) or 1


def migration_files() -> list[Path]:
    """Whatever decides what `migrate` writes: our migrations and roles, and the locked packages with theirs."""
    rooms = [path.parent for path in ROOT.glob("*/apps.py")]
    own = [
        path for room in rooms for pattern in ("migrations/*.py", "apps.py", "roles.py") for path in room.glob(pattern)
    ]
    models = [path for room in rooms for path in room.glob("models/**/*.py")]
    return [*own, *models, ROOT / "requirements.txt"]


def static_files() -> list[Path]:
    found = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    return [*found, ROOT / "package-lock.json", ROOT / "requirements.txt", ROOT / "core" / "staticfiles.py"]


def sqlite_file() -> Path | None:
    from django.conf import settings

    database = settings.DATABASES["default"]
    return Path(database["NAME"]) if database["ENGINE"].endswith("sqlite3") else None


def migrate(say: Callable[[str], None]) -> None:
    """Migrate, unless this SQLite file was migrated by the same code before.

    The mark is kept inside the database (PRAGMA user_version), so that it goes wherever a copy or a backup goes.
    """
    file = sqlite_file()
    wanted = fingerprint(migration_files())
    if file and file.exists():
        connection = sqlite3.connect(file)
        (marked,) = connection.execute("PRAGMA user_version").fetchone()
        connection.close()
        if marked == wanted:
            return
    say("正在准备数据库（第一次大约半分钟）……")
    run_manage("migrate", "--verbosity", "0")
    if file:
        connection = sqlite3.connect(file, timeout=30)
        connection.execute(f"PRAGMA user_version = {wanted}")
        connection.close()


def collect_static(say: Callable[[str], None]) -> subprocess.Popen[bytes] | None:
    """Start collecting, if anything changed since the last time. `finish_static` waits and marks it done."""
    from django.conf import settings

    mark = Path(settings.STATIC_ROOT) / ".collected"
    if mark.exists() and mark.read_text() == str(fingerprint(static_files())):
        return None
    say("正在收集样式和脚本……")
    mark.unlink(missing_ok=True)
    return subprocess.Popen([sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], cwd=ROOT)


def finish_static(collecting: subprocess.Popen[bytes]) -> None:
    """Raises CalledProcessError if collecting failed."""
    from django.conf import settings

    if code := collecting.wait():
        raise subprocess.CalledProcessError(code, ["", "collectstatic"])
    (Path(settings.STATIC_ROOT) / ".collected").write_text(str(fingerprint(static_files())))


def prepare(say: Callable[[str], None]) -> None:
    """Migrate and collect at the same time: each needs one core. Raises CalledProcessError."""
    collecting = collect_static(say)
    migrate(say)
    if collecting:
        finish_static(collecting)


def print_accounts(say: Callable[[str], None]) -> None:
    from cms.demo.accounts import ACCOUNTS

    say("  演示账号：")
    for account in ACCOUNTS:
        say(f"    {account.username:<8} 密码 {account.password:<16} {account.role}")


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    prepare(print)
