"""Members and kiosks as Wagtail viewsets: addresses and the menu."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from accounts.admin import cards, kiosks, members
from accounts.models import Kiosk, MemberProfile


class MembersViewSet(ModelViewSet):
    model = MemberProfile
    name = "members"
    icon = "user"
    menu_label = "会员"
    menu_name = "members"
    inspect_view_enabled = False
    copy_view_enabled = False
    list_per_page = 30
    form_fields = ["full_name"]
    index_view_class = members.MemberListView
    search_backend_name = None
    search_fields = ["full_name"]

    def get_urlpatterns(self) -> list[URLPattern]:
        view = self.construct_view
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", view(members.RegisterView), name="add"),
            path("print/", view(cards.PrintBatchView), name="print_batch"),
            path("delegation/", view(cards.CounterDelegationView), name="delegation"),
            path("<int:pk>/", view(members.DetailView), name="edit"),
            path("<int:pk>/look/<str:detail>/", view(members.LookView), name="look"),
            path("<int:pk>/correct/", view(members.CorrectView), name="correct"),
            path("<int:pk>/print/", view(cards.PrintView), name="print"),
            path("<int:pk>/lost/", view(cards.LostView), name="lost"),
            path("<int:pk>/pin/", view(members.SetPin), name="pin"),
            path("<int:pk>/circumstances/", view(members.StateCircumstance), name="circumstance"),
            path(
                "<int:pk>/circumstances/<int:circumstance>/check/",
                view(members.CheckCircumstance),
                name="circumstance_check",
            ),
            path(
                "<int:pk>/circumstances/<int:circumstance>/end/",
                view(members.EndCircumstance),
                name="circumstance_end",
            ),
            path("<int:pk>/delegations/<int:delegation>/end/", view(members.EndDelegation), name="delegation_end"),
        ]


class KiosksViewSet(ModelViewSet):
    model = Kiosk
    name = "kiosks"
    icon = "desktop"
    menu_label = "共用屏"
    menu_name = "kiosks"
    inspect_view_enabled = False
    copy_view_enabled = False
    form_fields = ["name"]
    index_view_class = kiosks.KioskListView

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("new/", self.construct_view(kiosks.OpenKioskView), name="add"),
            path("<int:pk>/close/", self.construct_view(kiosks.CloseKioskView), name="close"),
        ]


class MembersGroup(ViewSetGroup):
    items = (MembersViewSet, KiosksViewSet)
    menu_label = "会员"
    menu_name = "members-group"
    menu_icon = "user"
    menu_order = 160
