"""Pages that load nothing from elsewhere and keep to the content policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, tracked

# Names of vocabularies, which nobody fetches.
NAMES = ("http://www.w3.org/", "https://schema.org", "http://www.sitemaps.org/")
DATA_BLOCKS = ("application/json", "application/ld+json", "text/template")
INLINE_SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<style\b|\sstyle\s*=\s*[\"'{]", re.IGNORECASE)
INLINE_HANDLER = re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE)
ADDRESS = re.compile(r"(?:https?:)?//[\w.-]+\.[a-z]{2,}[^\s\"'<)]*", re.IGNORECASE)
COMMENT = re.compile(
    r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->|/\*.*?\*/|^\s*//[^\n]*$", re.DOTALL | re.MULTILINE
)


def templates() -> list[Path]:
    return tracked(".html")


def is_public(path: Path) -> bool:
    """The admin needs inline scripts and has its own policy."""
    parts = path.relative_to(ROOT).parts
    return not any(part.startswith("wagtail") or part == "admin" for part in parts)


def faults(text: str) -> list[str]:
    """What the content policy of public pages would block."""
    text = COMMENT.sub("", text)
    found = [match.group().strip() for pattern in (INLINE_STYLE, INLINE_HANDLER) for match in pattern.finditer(text)]
    for script in INLINE_SCRIPT.finditer(text):
        attributes = script["attributes"]
        if "src=" not in attributes and not any(kind in attributes for kind in DATA_BLOCKS):
            found.append(script.group())
    return found


def foreign_addresses(text: str) -> list[str]:
    return [found for found in ADDRESS.findall(COMMENT.sub("", text)) if not found.startswith(NAMES)]


def test_templates_live_under_one_folder() -> None:
    assert templates()
    assert [path for path in templates() if path.relative_to(ROOT).parts[0] not in {"templates", "docs"}] == []


def test_public_templates_carry_no_inline_script_or_style() -> None:
    found = {
        str(path.relative_to(ROOT)): faults(path.read_text(encoding="utf-8")) for path in templates() if is_public(path)
    }
    assert {path: what for path, what in found.items() if what} == {}


def test_no_template_or_static_file_names_another_host() -> None:
    files = [
        *templates(),
        *(path for path in tracked(".js", ".css", ".svg") if path.parts[len(ROOT.parts)] == "static"),
    ]
    found = {str(path.relative_to(ROOT)): foreign_addresses(path.read_text(encoding="utf-8")) for path in files}
    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color: red">',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<button class="a" onclick="go()">',
        '<script type="module">go()</script>',
    ],
)
def test_what_the_policy_blocks_would_be_seen(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        '<link rel="stylesheet" href="{% static \'css/tokens.css\' %}">',
        "<script src=\"{% static 'js/player.js' %}\" defer></script>",
        '<script id="cues" type="application/json">[]</script>',
        "{# style=\"x\" #}<p data-style='x' class='on top'>",
    ],
)
def test_what_the_policy_allows_passes(text: str) -> None:
    assert faults(text) == []


def test_a_foreign_host_would_be_seen() -> None:
    assert foreign_addresses('<script src="//cdn.example.com/a.js">') == ["//cdn.example.com/a.js"]
    assert foreign_addresses('<svg xmlns="http://www.w3.org/2000/svg">') == []
