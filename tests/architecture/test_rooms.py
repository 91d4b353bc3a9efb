"""What import-linter can't see: relations named by strings, and a room nobody listed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.db.models.fields.related import RelatedField
from django.db.models.options import Options

from tests.architecture.house import ROOT, floor_of, imports_of, modules_of, project, rooms_on_disk

# A module's part of its room, from the deepest to the doors. Pure modules (ladder, webvtt) have no rank.
RANKS = {"enums": 0, "errors": 0, "models": 1, "queries": 2, "operations": 3}
DOORS = ("views", "tasks", "admin", "viewsets", "wagtail_hooks", "management", "urls")
RANKS |= dict.fromkeys(DOORS, 4)


def relations_of(model: type[Model]) -> Iterator[tuple[str, str]]:
    """(field, app label it points at) for every foreign key, one-to-one and many-to-many that we declared.

    What an abstract model of a library brings (Wagtail's `uploaded_by_user`) points at a setting, and is not ours.
    """
    options: Options = model._meta
    brought = {
        field.name
        for base in model.__mro__
        if base.__module__.partition(".")[0] not in rooms_on_disk() and hasattr(base, "_meta")
        for field in base._meta.get_fields()
    }
    for field in [*options.local_fields, *options.local_many_to_many]:
        if isinstance(field, RelatedField) and field.name not in brought:
            for target in (field.related_model, getattr(field.remote_field, "through", None)):
                if target is not None:
                    yield field.name, target._meta.app_label


def upward_relations(models: list[type[Model]], floors: dict[str, int]) -> list[str]:
    found = []
    for model in models:
        own = model._meta.app_label
        for name, target in relations_of(model):
            if own in floors and target in floors and target != own and floors[target] <= floors[own]:
                found.append(f"{model._meta.label}.{name} → {target}")
    return found


def upward_words(tree: ast.Module, room: str, floors: dict[str, int]) -> list[str]:
    """String constants that name something in a room that isn't below: "courses.Lesson", "courses:lesson"."""
    above = [name for name, floor in floors.items() if floor <= floors[room] and name != room]
    pattern = re.compile(rf"({'|'.join(above)})[.:][A-Za-z_][\w.-]*") if above else None
    return [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(tree)
        if pattern and isinstance(node, ast.Constant) and isinstance(node.value, str) and pattern.fullmatch(node.value)
    ]


def test_every_room_is_in_the_contract_and_installed() -> None:
    rooms = rooms_on_disk()
    listed = set(floor_of()) - {"config"}
    linter = project()["tool"]["importlinter"]
    assert rooms == listed
    assert set(linter["root_packages"]) == rooms | {"config"}
    assert rooms == {name for name in settings.INSTALLED_APPS if (ROOT / name).is_dir()}
    assert set(project()["tool"]["mypy"]["files"]) >= rooms | {"config"}
    assert set(project()["tool"]["ruff"]["lint"]["isort"]["known-first-party"]) >= rooms | {"config"}


def test_rooms_are_installed_in_the_order_of_the_contract() -> None:
    floors = floor_of()
    installed = [floors[name] for name in settings.INSTALLED_APPS if name in floors]
    assert installed == sorted(installed)


def test_every_room_says_what_it_is_and_has_tests() -> None:
    for room in rooms_on_disk() | {"config"}:
        docstring = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8")))
        assert docstring, f"{room}/__init__.py has no docstring"
        assert f"`{room}/`" in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"), (
            f"{room} is not on the map"
        )
    for room in rooms_on_disk():
        assert list((ROOT / "tests" / room).glob("test_*.py")), f"tests/{room} holds no test"


def test_no_relation_points_up() -> None:
    assert upward_relations(apps.get_models(include_auto_created=True), floor_of()) == []


def test_an_upward_relation_would_be_seen() -> None:
    upside_down = {room: -floor for room, floor in floor_of().items()}
    assert "courses.Lesson.media → media_pipeline" in upward_relations(apps.get_models(), upside_down)


def test_no_room_names_something_above_it_in_a_string() -> None:
    floors = floor_of()
    found = {
        str(path.relative_to(ROOT)): words
        for room in rooms_on_disk()
        for path, tree in modules_of(room)
        if (words := upward_words(tree, room, floors))
    }
    assert found == {}


def test_a_name_from_above_would_be_seen() -> None:
    tree = ast.parse('"""About courses: not a name."""\napps.get_model("courses.Lesson")\nreverse("core:reading-aids")')
    assert upward_words(tree, "media_pipeline", floor_of()) == ["line 2: courses.Lesson"]


def rank_of(room: str, dotted: str) -> int | None:
    parts = dotted.split(".")
    return RANKS.get(parts[1]) if parts[0] == room and len(parts) > 1 else None


def test_inside_a_room_imports_go_from_doors_to_models() -> None:
    """Only a Wagtail page or a previewable snippet, which serves itself, may reach from its models to queries."""
    found: list[str] = []
    for room in sorted(rooms_on_disk()):
        for path, tree in modules_of(room):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            own = rank_of(room, module)
            if own is None:
                continue
            for name in imports_of(tree):
                theirs = rank_of(room, name)
                serves_itself = own == RANKS["models"] and theirs == RANKS["queries"]
                if theirs is not None and theirs > own and not serves_itself:
                    found.append(f"{module} → {name}")
    assert found == []


def test_a_door_does_not_write_to_models() -> None:
    """Writes are operations: no save, create, update or delete on a manager or a row in views and tasks."""
    writing = {"create", "bulk_create", "update_or_create", "get_or_create", "bulk_update"}
    found: list[str] = []
    for room in sorted(rooms_on_disk()):
        for path, tree in modules_of(room):
            if rank_of(room, ".".join(path.relative_to(ROOT).with_suffix("").parts)) != RANKS["views"]:
                continue
            found += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in ast.walk(tree) if _writes(node, writing)]
    assert found == []


def _writes(node: Any, writing: set[str]) -> bool:
    """`Model.objects.create(...)` and its kin."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in writing
        and any(isinstance(part, ast.Attribute) and part.attr == "objects" for part in ast.walk(node.func))
    )
