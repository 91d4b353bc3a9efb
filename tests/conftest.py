"""What every test may use. Rooms have their own conftest where they need more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from celery.app.task import Task
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection, connections
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from kombu import pools

from tests import database

DATA_FOLDERS = ("uploads", "sources", "streams", "work", "images", "logs", "broker", "run")


@dataclass(frozen=True)
class Nudge:
    """A message that would have gone to a worker."""

    task: str
    queue: str
    kwargs: dict[str, Any] = field(default_factory=dict)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop the data folder that config.settings.test made for this run."""
    folder = Path(os.environ.get("YINLING_DATA", ""))
    if folder.name.startswith("yinling-test-") and not hasattr(config, "workerinput"):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """On SQLite a copy of the migrated template, a file that other processes can open too; otherwise migrate."""
    if connection.vendor != "sqlite":
        with django_db_blocker.unblock():
            made = setup_databases(verbosity=0, interactive=False)
            yield
            teardown_databases(made, verbosity=0)
        return

    template = database.migrated_template(request.config.cache.mkdir("database"))
    target = tmp_path_factory.mktemp("database") / "test.sqlite3"
    database.copy_template(template, target)

    def flush(self: TransactionTestCase) -> None:
        """Emptying every table would also take the root page, the locale and the groups that migrations made."""
        connections.close_all()
        database.restore(template, target)

    original_name = django_settings.DATABASES["default"]["NAME"]
    original_flush = TransactionTestCase._fixture_teardown
    with django_db_blocker.unblock():
        connections.close_all()
        django_settings.DATABASES["default"]["NAME"] = str(target)
        connection.settings_dict["NAME"] = str(target)
        TransactionTestCase._fixture_teardown = flush
        yield
        connections.close_all()
        TransactionTestCase._fixture_teardown = original_flush
        django_settings.DATABASES["default"]["NAME"] = original_name
        connection.settings_dict["NAME"] = original_name


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """No test sees another's cache."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: Any) -> Path:
    """A private data folder for each test."""
    settings.DATA_DIR = tmp_path
    for folder in DATA_FOLDERS:
        (tmp_path / folder).mkdir()
    settings.MEDIA_ROOT = tmp_path / "images"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "work"
    return tmp_path


@pytest.fixture(autouse=True)
def nudges(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> list[Nudge]:
    """Messages to workers are kept here instead of going to a broker, unless a test asks for `real_broker`."""
    sent: list[Nudge] = []
    if "real_broker" in request.fixturenames:
        return sent

    def keep(self: Task, args: Any = None, kwargs: Any = None, **options: Any) -> None:
        sent.append(Nudge(task=self.name, queue=options.get("queue") or "default", kwargs=dict(kwargs or {})))

    monkeypatch.setattr(Task, "apply_async", keep)
    return sent


@pytest.fixture
def real_broker(data_dir: Path) -> Iterator[Path]:
    """The embedded broker of this test's own data folder: messages really travel. Returns the broker's folder."""
    folder = data_dir / "broker"
    original = dict(current_app.conf.broker_transport_options)
    _set_transport_options(
        {
            **original,
            "data_folder_in": str(folder),
            "data_folder_out": str(folder),
            "control_folder": str(folder / "control"),
        }
    )
    yield folder
    _set_transport_options(original)


def _set_transport_options(options: dict[str, Any]) -> None:
    """Connections remember the options they were made with, so the pools of them go too."""
    current_app.conf.update(broker_transport_options=options)
    pools.reset()
    current_app._pool = None
    current_app.amqp._producer_pool = None


@pytest.fixture
def child_environment(data_dir: Path, transactional_db: None) -> dict[str, str]:
    """Environment for a process of the site (worker, command, gunicorn) on this test's database and data folder."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "YINLING_DATA": str(data_dir),
        "SECRET_KEY": django_settings.SECRET_KEY,
    }
