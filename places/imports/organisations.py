"""单位: bureaus, schools, libraries and all who lend a room or send a teacher."""

from __future__ import annotations

from typing import Any

from core.imports.columns import ChoiceColumn, Column, PhoneColumn
from core.imports.journal import Journal
from core.imports.kinds import ImportKind, Row
from places.enums import OrganisationKind
from places.imports.whereabouts import BANNER, TOWNSHIP, VILLAGE, Whereabouts
from places.models import Organisation
from places.operations.organisations import save_organisation


class OrganisationImport(ImportKind):
    """Adds organisations, and changes kind, address and phone of those on record."""

    name = "organisations"
    label = "单位"
    words = "民政、学校、图书馆、农家书屋、养老机构等。一行一个。市里的单位，旗区写“市本级”。"
    permission = "places.add_organisation"
    columns = (
        BANNER,
        TOWNSHIP,
        VILLAGE,
        Column(key="name", heading="名称", aliases=("单位名称",), required=True, help="全名", example="达拉特旗图书馆"),
        ChoiceColumn(
            key="kind",
            heading="类型",
            aliases=("单位类型",),
            required=True,
            choices={kind.label: kind.value for kind in OrganisationKind},
            help="、".join(OrganisationKind.labels),
            example="图书馆",
        ),
        Column(key="address", heading="地址", most=120, example="树林召大街 1 号"),
        PhoneColumn(
            key="phone",
            heading="办公电话",
            aliases=("电话",),
            help="单位的电话，不要填个人手机",
            example="0477-8123456",
        ),
    )
    identity = ("banner", "township", "village", "name")

    def __init__(self, *, user: Any | None) -> None:
        super().__init__(user=user)
        self._whereabouts = Whereabouts(user)

    def write(self, row: Row, journal: Journal) -> None:
        region = self._whereabouts.of(row)
        organisation = Organisation.objects.filter(region=region, name=row["name"]).first()
        wanted = {key: row[key] for key in ("kind", "address", "phone") if row[key] is not None}
        if organisation is None:
            organisation = Organisation(region=region, name=row["name"], **wanted)
            save_organisation(organisation=organisation, by=self.user)
            journal.added(organisation)
        elif any(getattr(organisation, key) != value for key, value in wanted.items()):
            with journal.watching(organisation):
                for key, value in wanted.items():
                    setattr(organisation, key, value)
                save_organisation(organisation=organisation, by=self.user)
