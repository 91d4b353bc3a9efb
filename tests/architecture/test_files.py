"""Sizes, names, and code that isn't ours."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from core.staticfiles import PACKAGE_FILES
from tests.architecture.house import ROOT, tracked

CEILING = 500
VAGUE = {"utils", "util", "helpers", "helper", "services", "service", "common", "misc"}
# What a bundler, a minifier or someone else's project leaves in a file.
FOREIGN = re.compile(r"sourceMappingURL|@license|@preserve|Copyright \(c\)|webpack|Licensed under", re.IGNORECASE)


def ours(*suffixes: str) -> list[Path]:
    return [path for path in tracked(*suffixes) if "migrations" not in path.parts]


def test_no_file_passes_the_ceiling() -> None:
    lengths = {
        str(path.relative_to(ROOT)): lines
        for path in ours(".py", ".js", ".css", ".html")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > CEILING
    }
    assert lengths == {}


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [path for path in ours(".py", ".js", ".css") if path.stem in VAGUE] == []
    assert [path for path in ours(".py") if VAGUE & set(path.relative_to(ROOT).parts)] == []


def test_static_files_are_our_own() -> None:
    for path in (path for path in ours(".js", ".css") if path.is_relative_to(ROOT / "static")):
        text = path.read_text(encoding="utf-8")
        assert ".min." not in path.name, f"{path} is minified: take it from npm, core/staticfiles.py lists it"
        assert not (found := FOREIGN.search(text)), f"{path}: {found and found.group()}"
        assert max((len(line) for line in text.splitlines()), default=0) < 400, f"{path} looks minified"


def test_browser_packages_are_locked_and_listed() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    served = {"/".join(source.split("/")[:1]) for source in PACKAGE_FILES.values()}
    assert served == set(wanted["dependencies"])
    for name, version in {**wanted["dependencies"], **wanted["devDependencies"]}.items():
        assert lock["packages"][f"node_modules/{name}"]["version"] == version
    for place, entry in lock["packages"].items():
        if place:
            assert entry["integrity"].startswith("sha512-")
            assert "resolved" not in entry, f"{place} names a registry host"


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_locked_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    pins = re.findall(r"^[A-Za-z0-9_.\[\]-]+==[^\s\\]+( \\)?$", text, re.MULTILINE)
    assert len(pins) > 20
    assert all(pins), "a pin without a hash"
    assert "--index-url" not in text
    assert "http" not in text


def test_nothing_installed_or_made_is_committed() -> None:
    kept = {
        path.relative_to(ROOT).parts[0] for path in tracked(".py", ".js", ".css", ".json", ".mp4", ".sqlite3", ".mo")
    }
    assert kept.isdisjoint({"node_modules", "var", ".venv"})
    assert tracked(".mp4", ".mkv", ".m4a", ".wav", ".sqlite3", ".mo") == []
