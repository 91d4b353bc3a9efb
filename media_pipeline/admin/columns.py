"""Cells of the library's table."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.tables import BaseColumn, TitleColumn

from media_pipeline.models import MediaAsset
from media_pipeline.queries.library import AssetRow, asset_row


def row_of(asset: MediaAsset) -> AssetRow:
    """The row of an asset, worked out once however many cells ask for it."""
    row: AssetRow | None = getattr(asset, "desk_row", None)
    if row is None:
        row = asset_row(asset)
        asset.desk_row = row  # type: ignore[attr-defined]
    return row


class RowColumn(BaseColumn):
    """A cell whose template sees `row`."""

    def __init__(self, name: str, template: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.cell_template_name = f"media_pipeline/desk/cells/{template}.html"

    def get_cell_context_data(self, instance: MediaAsset, parent_context: Any) -> dict[str, Any]:
        return {**super().get_cell_context_data(instance, parent_context), "row": row_of(instance)}


class AssetTitleColumn(TitleColumn):
    """Poster and title, linking to whatever the list is for."""

    cell_template_name = "media_pipeline/desk/cells/title.html"

    def get_cell_context_data(self, instance: MediaAsset, parent_context: Any) -> dict[str, Any]:
        return {**super().get_cell_context_data(instance, parent_context), "row": row_of(instance)}
