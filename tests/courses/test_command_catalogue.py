"""`manage.py catalogue`: what it prints, what it refuses, and its exit codes."""

from __future__ import annotations

import datetime as dt
import io
import json
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import Role
from courses.models import CatalogueEdition, CatalogueNow, EditionAct
from tests.accounts.factories import UserFactory
from tests.courses.editions import AUTUMN, SPRING, a_course, approved, published, republish, sealed
from tests.courses.factories import EnrolmentFactory, OfferingFactory

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def _winter(time_machine):
    time_machine.move_to(dt.datetime(2025, 12, 1, 9, 0, tzinfo=SHANGHAI), tick=False)


def run(*words: str) -> tuple[int, dict]:
    """Exit code and the JSON it printed."""
    out = io.StringIO()
    code = 0
    try:
        call_command("catalogue", *words, "--json", stdout=out)
    except CommandError as error:
        code = error.returncode
    except SystemExit as error:
        code = int(error.code or 0)
    return code, json.loads(out.getvalue())


def test_an_edition_from_draft_to_archive_by_command(tmp_path):
    course = a_course("太极")
    editor = UserFactory(username="qimuge", role=Role.EDITOR)
    code, said = run("draft", "2026H1", "--by", "qimuge")
    assert (code, said["edition"], said["state"], said["entries"]) == (0, "2026H1", "draft", 1)
    assert EditionAct.objects.get().actor == editor
    code, said = run("seal", "2026H1")
    assert (code, said["ok"]) == (1, False)
    assert "审核通过以后才能封存" in said["reason"]
    approved(CatalogueEdition.objects.get())
    code, said = run("seal", "2026H1")
    sha = said["sha256"]
    assert (code, said["state"], len(sha)) == (0, "sealed", 64)
    assert run("flip", "2026H1")[0] == 1
    assert run("flip", "--due") == (0, {"ok": True, "flips": []})
    code, said = run("flip", "2026H1", "--now")
    assert (code, said["previous"], CatalogueNow.objects.get().edition.code) == (0, None, "2026H1")
    republish(course, title="太极新编")
    assert run("draft", "2026H1")[1]["edition"] == "2026H1-2"
    code, said = run("diff", "2026H1", "2026H1-2")
    assert (code, said["same"], said["before_sha256"]) == (1, False, sha)
    assert said["courses"][0]["kind"] == "有改动"
    assert run("diff", "2026H1", "2026H1")[:1] == (0,)
    target = tmp_path / "out.json"
    assert run("export", "2026H1", "--output", str(target))[0] == 0
    code, said = run("verify", str(target))
    assert (code, said["sha256"], said["editions"]) == (0, sha, ["2026H1"])
    assert run("verify", "2026H1")[0] == 0
    target.write_bytes(target.read_bytes().replace("太极".encode(), "书法".encode()))
    assert run("verify", str(target))[0] == 1


def test_exports_of_every_kind(tmp_path):
    a_course()
    sealed()
    for kind, start in (("json", b'{"edition"'), ("xlsx", b"PK"), ("pdf", b"%PDF-")):
        target = tmp_path / f"out.{kind}"
        code, said = run("export", "2026H1", "--format", kind, "--output", str(target))
        assert (code, said["bytes"]) == (0, target.stat().st_size)
        assert target.read_bytes().startswith(start)
    assert run("export", "2026H1", "--format", "pdf")[0] == 2
    assert run("export", "2026H1", "--output", "/nowhere/x.json")[0] == 2


def test_a_rollback_by_command_names_the_enrolments_and_waits_for_them():
    course = a_course()
    published(SPRING)
    published(AUTUMN)
    assert run("rollback", "2026H2")[0] == 1
    enrolment = EnrolmentFactory(
        offering=OfferingFactory(course=course), applied_at=CatalogueNow.objects.get().flip.happened_at
    )
    code, said = run("rollback", "2026H2", "--reason", "排错了")
    assert (code, said["to"], said["enrolments"]) == (0, "2026H1", [enrolment.pk])
    code, said = run("rollback", "2026H2", "--finish")
    assert (code, said["reason"]) == (1, "还有 1 个报名没有处理，处理完才能结束。")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("draft", "2026H3"), 2),
        (("draft", "2019H1"), 1),
        (("draft", "2026H1", "--by", "nobody"), 2),
        (("seal", "2026H1"), 2),
        (("flip",), 2),
        (("flip", "2026H1", "--due"), 2),
        (("diff", "2026H1", "x"), 2),
        (("rollback", "2026H1", "--finish"), 2),
        (("export", "../../etc/passwd"), 2),
        (("verify", "nothing.json"), 2),
    ],
)
def test_what_can_not_be_is_told_in_chinese_and_by_the_exit_code(words, code):
    found, said = run(*words)
    assert (found, said["ok"]) == (code, False)
    assert said["reason"].endswith("。") or "。" in said["reason"]
    assert not CatalogueEdition.objects.exists()


def test_a_damaged_store_is_noticed(monkeypatch):
    a_course()
    sealed()
    monkeypatch.setattr("courses.queries.editions.manifest.digest", lambda data: "0" * 64)
    assert run("verify", "2026H1")[0] == 1
    assert run("export", "2026H1")[0] == 1
