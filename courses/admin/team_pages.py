"""学习团队 at the desk: the list, one team, founding, changing, closing. Roll and sharing are on the team's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from wagtail.admin.ui.tables import Column, NumberColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import HeaderButton

from accounts.access import staff_label
from accounts.scope import Scope, scope_of
from courses.admin.desk import Crumb, DeskForm, DeskView
from courses.admin.offering_forms import ReasonForm, SiteChoice
from courses.models import LearningTeam
from courses.operations.teams import TeamOutline, close_team, edit_team, found_team
from courses.queries.activities import learner_named
from courses.queries.offering_desk import sites_in
from courses.queries.teams import team_page, teams_for_desk, teams_in
from places.models import AcademySite

LIST: Crumb = ("/admin/teams/", "学习团队")


class TeamForm(forms.Form):
    name = forms.CharField(label="名称", max_length=40)
    site = SiteChoice(label="学堂站点", queryset=AcademySite.objects.none())
    leader = forms.CharField(label="队长的会员号或登录名", max_length=150)
    about = forms.CharField(
        label="介绍",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="学什么、什么时候见面。大家都能看到。",
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites: Any = self.fields["site"]
        sites.queryset = sites_in(scope)

    def outline(self) -> TeamOutline:
        """Raises `Refusal` for a leader nobody knows."""
        given = self.cleaned_data
        return TeamOutline(
            name=given["name"], about=given["about"], site=given["site"], leader=learner_named(given["leader"])
        )


class TeamIndex(IndexView):
    """Teams of the clerk's sites."""

    page_title = "学习团队"
    model = LearningTeam
    any_permission_required = ["view"]
    default_ordering = "name"
    paginate_by = 30
    search_backend_name = None
    search_fields = ["name", "site__name"]
    results_template_name = "courses/admin/teams_results.html"

    def get_base_queryset(self) -> QuerySet[LearningTeam]:
        return teams_for_desk(scope_of(self.request.user))

    @property
    def columns(self) -> list[Any]:
        return [
            TitleColumn("name", label="名称", sort_key="name", get_url=self.get_edit_url),
            Column("site", label="站点"),
            Column("leader", label="队长", accessor=lambda row: staff_label(row.leader)),
            NumberColumn("size", label="成员", sort_key="size"),
            NumberColumn("waiting", label="等答复", sort_key="waiting"),
            NumberColumn("meeting_count", label="见面次数", sort_key="meeting_count"),
            StatusTagColumn(
                "state",
                label="状态",
                accessor=lambda row: "已解散" if row.closed_at else "在办",
                primary=lambda row: row.closed_at is None,
            ),
        ]

    def get_edit_url(self, team: LearningTeam) -> str:
        return reverse("teams:edit", args=[team.pk])

    @property
    def add_button(self) -> HeaderButton:
        return HeaderButton("新建团队", url=reverse("teams:add"), icon_name="plus")


class TeamPage(DeskView):
    """What pages about one team have in common."""

    right = "courses.change_learningteam"
    header_icon = "group"
    team: LearningTeam

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_perm(self.right):
            self.team = get_object_or_404(teams_in(self.scope), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_crumbs(self) -> list[Crumb]:
        return [LIST, (self.get_success_url(), f"{self.team}")]

    def get_success_url(self) -> str:
        return reverse("teams:edit", args=[self.team.pk])


class TeamDetail(TeamPage):
    template_name = "courses/admin/team.html"

    def get_page_title(self) -> str:
        return f"{self.team}"

    def get_crumbs(self) -> list[Crumb]:
        return [LIST]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**team_page(team=self.team, viewer=self.by), **kwargs)


class FoundTeam(DeskForm):
    right = "courses.add_learningteam"
    header_icon = "group"
    page_title = "新建团队"
    form_class = TeamForm
    crumbs = (LIST,)
    made: LearningTeam

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"scope": self.scope}

    def act(self, form: TeamForm) -> str:
        self.made = found_team(outline=form.outline(), by=self.by)
        return "团队建好了，学员可以申请加入了。"

    def get_success_url(self) -> str:
        return reverse("teams:edit", args=[self.made.pk])


class EditTeam(TeamPage, DeskForm):
    page_title = "修改"
    form_class = TeamForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"scope": self.scope}

    def get_initial(self) -> dict[str, Any]:
        team = self.team
        return {"name": team.name, "site": team.site, "leader": team.leader.get_username(), "about": team.about}

    def act(self, form: TeamForm) -> str:
        edit_team(team=self.team, outline=form.outline(), by=self.by)
        return "改好了。"


class CloseTeam(TeamPage, DeskForm):
    page_title = "解散"
    form_class = ReasonForm
    submit_label = "解散"

    def act(self, form: ReasonForm) -> str:
        close_team(team=self.team, reason=form.cleaned_data["reason"], by=self.by)
        return "这个团队已经解散。"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(warning="解散以后不能恢复。成员还能看到以前的见面和分享。", **kwargs)
