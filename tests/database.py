"""A migrated SQLite file, made once and copied for every run.

Migrating from nothing takes about twenty seconds, most of it Wagtail's own history. The template is kept in pytest's
cache folder under a name that changes with anything that could change its content.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings

ROOM_FILES = ("apps.py", "roles.py", "models.py", "models/**/*.py", "enums.py")


def template_key() -> str:
    """Changes with any migration of any app, and with what our rooms write after a migrate."""
    digest = hashlib.sha256()
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        folder = Path(config.path)
        patterns = ["migrations/*.py"]
        if folder.is_relative_to(settings.BASE_DIR) and "site-packages" not in folder.parts:
            patterns += ROOM_FILES
        for path in sorted({path for pattern in patterns for path in folder.glob(pattern)}):
            digest.update(f"{config.label}/{path.relative_to(folder)}\n".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:20]


def migrated_template(folder: Path) -> Path:
    """The template file in `folder`, made if it isn't there yet. Several processes may ask at once."""
    template = folder / f"{template_key()}.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            for old in folder.glob("*.sqlite3*"):
                old.unlink()
            making = folder / "making.sqlite3"
            migrate(making)
            making.rename(template)
    return template


def migrate(path: Path) -> None:
    """Migrate from nothing into `path`, in a process of its own. Raises CalledProcessError."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{path}",
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate", "--verbosity", "0"],
        env=environment,
        check=True,
    )
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def copy_template(template: Path, target: Path) -> None:
    """A fresh copy that carries no side files of an earlier one."""
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    shutil.copyfile(template, target)


def restore(template: Path, target: Path) -> None:
    """Put `target` back to the template through SQLite itself, so that open connections elsewhere stay sound."""
    source = sqlite3.connect(f"file:{template}?mode=ro&immutable=1", uri=True)
    destination = sqlite3.connect(target, timeout=30)
    try:
        source.backup(destination)
    finally:
        destination.close()
        source.close()
