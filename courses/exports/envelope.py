"""The manifest with its digest in one JSON file, and proving such a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from courses.manifests.canonical import NotCanonical, canonical, digest, encode, parse
from courses.models import CatalogueEdition
from courses.queries.editions.manifest import sealed_manifest


def envelope(edition: CatalogueEdition) -> bytes:
    """`{"edition", "half_year", "number", "manifest", "sha256"}`; `sha256` is that of `manifest` in canonical form."""
    return encode(
        {
            "edition": edition.code,
            "half_year": str(edition.half_year),
            "number": edition.number,
            "sha256": edition.manifest_id,
            "manifest": sealed_manifest(edition),
        }
    )


@dataclass(frozen=True)
class Proof:
    """What a file turned out to be. `codes` are the editions that were sealed with its content."""

    ok: bool
    sentence: str
    sha256: str = ""
    codes: tuple[str, ...] = ()


def prove_edition(edition: CatalogueEdition) -> Proof:
    """Whether the stored text still is what its digest says, in canonical form."""
    if edition.manifest is None:
        return Proof(False, f"{edition.label}还没有封存，没有可以核对的清单。")
    try:
        manifest = sealed_manifest(edition)
        whole = canonical(manifest).decode("utf-8") == edition.manifest.text
    except NotCanonical as error:
        return Proof(False, f"{edition.label}的清单和封存时不一样：{error}", edition.manifest.sha256)
    if not whole:
        return Proof(False, f"{edition.label}的清单不是规范的写法。", edition.manifest.sha256)
    return Proof(True, f"{edition.label}和封存时一字不差。", edition.manifest.sha256, (edition.code,))


def prove_file(data: bytes) -> Proof:
    """Whether a JSON file that somebody has is a catalogue we sealed, to the letter."""
    try:
        found = parse(data)
        manifest, said = _parts(found)
        sha256 = digest(canonical(manifest))
    except NotCanonical as error:
        return Proof(False, f"这不是目录导出的 JSON 文件：{error}")
    if said and said != sha256:
        return Proof(False, "文件里的内容和它自己写的校验码对不上，内容被改过。", sha256)
    editions = CatalogueEdition.objects.filter(manifest_id=sha256)
    codes = tuple(edition.code for edition in editions.order_by("half_year", "number"))
    if not codes:
        return Proof(False, "文件本身是完整的，但不是我们封存过的任何一版目录。", sha256)
    named = found.get("edition") if isinstance(found, dict) else None
    if named is not None and named not in codes:
        return Proof(False, f"内容是 {'、'.join(codes)} 版的，文件却写着 {str(named)[:20]}。", sha256, codes)
    return Proof(True, f"这是 {'、'.join(codes)} 版目录，一字不差。", sha256, codes)


def _parts(found: Any) -> tuple[Any, str]:
    """The manifest in a file, and the digest the file claims; a bare manifest claims none."""
    if not isinstance(found, dict):
        raise NotCanonical("not an object")
    if "manifest" in found:
        return found["manifest"], str(found.get("sha256") or "")
    return found, ""
