"""What places add to the Wagtail admin: sites, organisations, regions, and words for their history."""

from __future__ import annotations

from typing import Any

from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.log_actions import LogActionRegistry, LogFormatter

from places.admin.organisations import OrganisationViewSet
from places.admin.regions import RegionViewSet
from places.admin.sites import SiteViewSet


class PlacesGroup(ModelViewSetGroup):
    menu_label = "地区与站点"
    menu_name = "places"
    menu_icon = "site"
    menu_order = 300
    items = (
        SiteViewSet("sites", url_prefix="places/sites"),
        OrganisationViewSet("organisations", url_prefix="places/organisations"),
        RegionViewSet("regions", url_prefix="places/regions"),
    )


@hooks.register("register_admin_viewset")
def register_places() -> PlacesGroup:
    return PlacesGroup()


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Sentences of the history pages. `data` is what the operations noted."""

    @actions.register_action("places.rename")
    class Rename(LogFormatter):
        label = "改名"

        def format_message(self, log_entry: Any) -> str:
            return f"从 {log_entry.data['on']} 起由“{log_entry.data['from']}”改名为“{log_entry.data['to']}”"

    @actions.register_action("places.merge")
    class Merge(LogFormatter):
        label = "并入别处"

        def format_message(self, log_entry: Any) -> str:
            return f"从 {log_entry.data['on']} 起并入“{log_entry.data['into']}”"

    @actions.register_action("places.remove_room")
    class RemoveRoom(LogFormatter):
        label = "删除教室"

        def format_message(self, log_entry: Any) -> str:
            return f"删除教室“{log_entry.data['name']}”"

    @actions.register_action("places.add_evidence")
    class AddEvidence(LogFormatter):
        label = "添加现场照片"

        def format_message(self, log_entry: Any) -> str:
            return f"添加现场照片：{log_entry.data['kind']}"

    @actions.register_action("places.remove_evidence")
    class RemoveEvidence(LogFormatter):
        label = "去掉现场照片"

        def format_message(self, log_entry: Any) -> str:
            return f"去掉现场照片：{log_entry.data['kind']}"
