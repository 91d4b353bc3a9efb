"""报名规则 at the desk."""

from __future__ import annotations

from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.models import EnrolmentRule


class EnrolmentRuleViewSet(SnippetViewSet):
    model = EnrolmentRule
    icon = "list-ol"
    menu_label = "报名规则"
    menu_name = "enrolment-rules"
    menu_order = 165
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = [
        Column("region", label="地区", accessor="region.name"),
        Column("half_year", label="从哪个半年起"),
        NumberColumn("most_offerings", label="每人最多几个班"),
        NumberColumn("points_per_loss", label="每次未中加几签"),
        NumberColumn("most_points", label="最多加几签"),
    ]
    panels = [
        FieldPanel("region", help_text="这个地区和下面各级都按这条规则；下级另有规则的，按下级的。"),
        FieldPanel("half_year", help_text="例如 2026H1。以后的半年也按它，直到有新的规则。"),
        FieldPanel("most_offerings", help_text="只算有名额限制的班；排候补的不算。"),
        FieldPanel("points_per_loss"),
        FieldPanel("most_points"),
        InlinePanel("priority_weights", label="照顾加签", help_text="人人都有 1 签。符合的，每一类另加几签。"),
    ]
