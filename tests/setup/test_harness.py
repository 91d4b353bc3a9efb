"""The harness itself: the database every test starts from, and messages that don't leave the process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from celery import shared_task
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from wagtail.models import Locale, Page, Site

from accounts.enums import Role
from core import jobs
from tests import database
from tests.conftest import Nudge


@shared_task(name="tests.harness")
def do_nothing(**kwargs: object) -> None:
    """A task to send."""


def assert_fresh() -> None:
    assert Page.objects.filter(depth=1).count() == 1
    assert Site.objects.filter(is_default_site=True).count() == 1
    assert Locale.objects.exists()
    assert set(Group.objects.values_list("name", flat=True)) == set(Role)


@pytest.mark.django_db
def test_a_test_starts_from_what_migrations_made() -> None:
    assert_fresh()
    call_command("migrate", check_unapplied=True, verbosity=0)


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_leaves_the_template_behind(turn: int) -> None:
    assert_fresh()
    Group.objects.create(name="只在这里")
    Page.objects.filter(depth=2).delete()
    Site.objects.all().delete()
    assert not connection.in_atomic_block


def test_a_child_process_sees_the_same_database(child_environment: dict[str, str]) -> None:
    Group.objects.create(name="给另一个进程看")
    found = subprocess.run(
        [
            sys.executable,
            str(settings.BASE_DIR / "manage.py"),
            "shell",
            "--no-imports",
            "-c",
            "from django.contrib.auth.models import Group; from django.conf import settings;"
            "print(Group.objects.filter(name='给另一个进程看').count(), settings.DATA_DIR)",
        ],
        env=child_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == ["1", str(settings.DATA_DIR)]


@pytest.mark.django_db
def test_nudges_are_kept_and_misspelt_names_refused(nudges: list[Nudge], django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        jobs.enqueue_on_commit("tests.harness", queue="bulk", step=7)
        assert nudges == []
    assert nudges == [Nudge(task="tests.harness", queue="bulk", kwargs={"step": 7})]
    with pytest.raises(KeyError):
        jobs.enqueue("tests.harnes")


def test_a_real_broker_keeps_messages_in_the_data_folder(real_broker: Path) -> None:
    assert jobs.enqueue("tests.harness", queue="bulk", step=7)
    (message,) = real_broker.glob("*.msg")
    assert "bulk" in message.name
    assert "tests.harness" in message.read_text()


def test_every_model_change_has_its_migration(tmp_path: Path) -> None:
    """From zero, and nothing left to write: what `make up` does on a new machine."""
    path = tmp_path / "zero.sqlite3"
    database.migrate(path)
    subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "makemigrations", "--check", "--dry-run"],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{path}", "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        check=True,
        capture_output=True,
    )
