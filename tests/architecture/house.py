"""The house as it stands on disk and in pyproject.toml."""

from __future__ import annotations

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

ROOT = Path(settings.BASE_DIR)


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def layers() -> list[set[str]]:
    """The floors of the import contract, top first; rooms that share a floor (`a | b`) in one set."""
    (contract,) = [c for c in project()["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]
    return [{room.strip(" ()") for room in floor.replace(":", "|").split("|")} for floor in contract["layers"]]


def floor_of() -> dict[str, int]:
    """Room → its floor, 0 at the top."""
    return {room: number for number, rooms in enumerate(layers()) for room in rooms}


def rooms_on_disk() -> set[str]:
    """Top-level packages that are Django apps."""
    return {path.parent.name for path in ROOT.glob("*/apps.py")}


def tracked(*suffixes: str) -> list[Path]:
    """Files of the project that git knows or would take, so that nothing installed or made is looked at."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout
    paths = (ROOT / name.decode() for name in listed.split(b"\0") if name)
    return sorted(path for path in set(paths) if path.suffix in suffixes and path.is_file())


def modules_of(room: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / room).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def imports_of(tree: ast.Module) -> Iterator[str]:
    """Dotted names a module imports, at the top or inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
