"""The columns that say where something is, the same in every table, and the region they name."""

from __future__ import annotations

from typing import Any

from core.errors import Refusal
from core.imports.columns import Column
from core.imports.kinds import Row
from places import scope
from places.enums import Level
from places.models import Region
from places.queries.regions import find_region

BANNER = Column(key="banner", heading="旗区", required=True, help="旗区的名称或简称", example="达拉特旗", most=30)
TOWNSHIP = Column(
    key="township",
    heading="苏木乡镇",
    aliases=("苏木乡镇、街道", "苏木乡镇/街道", "乡镇", "街道", "乡镇街道"),
    help="苏木、乡、镇或街道",
    example="树林召镇",
    most=30,
)
VILLAGE = Column(
    key="village",
    heading="嘎查村",
    aliases=("嘎查村、社区", "嘎查村/社区", "社区", "村", "嘎查", "村社区"),
    help="嘎查、村或社区；在苏木乡镇一级就空着",
    example="",
    most=30,
)
CITY_ITSELF = {"市本级", "市级", "全市"}


class Whereabouts:
    """Looks up the regions of one table, each once, and only those its reader answers for."""

    def __init__(self, user: Any | None) -> None:
        self._user = user
        self._known: dict[tuple[str, ...], Region] = {}

    def of(self, row: Row) -> Region:
        """The region that 旗区, 苏木乡镇 and 嘎查村 of a row name. Raises `Refusal`."""
        if row["village"] and not row["township"]:
            raise Refusal(f"写了嘎查村“{row['village']}”，没有写它在哪个苏木乡镇。")
        return self.named(*(name for name in (row["banner"], row["township"], row["village"]) if name))

    def named(self, *names: str) -> Region:
        """The region by its chain of names below the city. Raises `Refusal`."""
        if names not in self._known:
            region = self._find(names)
            if not scope.covers(self._user, region.path):
                raise Refusal(f"{region}不在您负责的地区里。")
            self._known[names] = region
        return self._known[names]

    def _find(self, names: tuple[str, ...]) -> Region:
        if names[0] in CITY_ITSELF:
            return Region.objects.get(level=Level.CITY)
        found: Region | None = None
        for name in names:
            found = find_region(name, within=found)
        assert found is not None
        return found
