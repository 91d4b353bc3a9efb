"""Choosing media for a lesson or a story: search, or upload on the spot and choose before it is made."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import DateColumn
from wagtail.admin.views.generic import chooser as generic
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from core.errors import Refusal
from media_pipeline.admin.columns import AssetTitleColumn, RowColumn
from media_pipeline.admin.receiving import NAME_UNREADABLE, FormReceiver, has_lost_files, receive
from media_pipeline.enums import MediaKind
from media_pipeline.models import MediaAsset
from media_pipeline.policy import media_policy
from media_pipeline.queries.library import asset_row, library
from media_pipeline.uploads.protocol import ProtocolError


class ChooserFilterForm(BaseFilterForm):
    """Search by title: every word has to be somewhere in it."""

    q = forms.CharField(label="搜索", required=False, widget=forms.TextInput(attrs={"placeholder": "标题里的几个字"}))
    kind = forms.ChoiceField(
        label="类型",
        required=False,
        choices=[("", "全部"), *MediaKind.choices],
        widget=forms.Select(attrs={"data-chooser-modal-search-filter": True}),
    )

    def filter(self, objects: QuerySet[MediaAsset]) -> QuerySet[MediaAsset]:
        objects = super().filter(objects)
        self.search_query = self.cleaned_data["q"].strip()
        self.is_searching = bool(self.search_query)
        for word in self.search_query.split():
            objects = objects.filter(title__icontains=word)
        if kind := self.cleaned_data["kind"]:
            objects = objects.filter(source__kind=kind)
        return objects


class UploadForm(forms.Form):
    """One file; the title is taken from its name unless one is given."""

    file = forms.FileField(label="视频或音频文件", required=True)
    title = forms.CharField(label="标题", required=False, max_length=200, help_text="不填就用文件名")


class LookMixin:
    """Choosing needs the right to look."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not media_policy.user_has_permission(request.user, "choose"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class BaseChooseView(LookMixin, generic.BaseChooseView):
    filter_form_class = ChooserFilterForm
    ordering = ["-created_at", "-pk"]
    per_page = 8

    def get_object_list(self) -> QuerySet[MediaAsset]:
        return library()

    @property
    def columns(self) -> list[Any]:
        return [
            AssetTitleColumn(
                "title",
                label="标题",
                get_url=lambda asset: self.append_preserved_url_parameters(
                    reverse(self.chosen_url_name, args=[asset.pk])
                ),
                link_attrs={"data-chooser-modal-choice": True},
            ),
            RowColumn("duration", "duration", label="时长"),
            RowColumn("state", "state", label="状态", width="40%"),
            DateColumn("created_at", label="上传时间"),
        ]


class CreationMixin(generic.CreationFormMixin):
    creation_form_class = UploadForm
    creation_form_template_name = "media_pipeline/desk/chooser_upload.html"

    def get_creation_form_context_data(self, form: forms.Form) -> dict[str, Any]:
        return {
            **super().get_creation_form_context_data(form),
            "chosen_url": self.append_preserved_url_parameters(reverse("media_chooser:chosen", args=["0"])),
        }


class ChooseView(generic.ChooseViewMixin, CreationMixin, BaseChooseView):
    pass


class ChooseResultsView(generic.ChooseResultsViewMixin, CreationMixin, BaseChooseView):
    pass


class ChosenMixin(generic.ChosenResponseMixin):
    """What the widget is told of what was chosen."""

    def get_chosen_response_data(self, item: MediaAsset) -> dict[str, Any]:
        return {**super().get_chosen_response_data(item), "poster": asset_row(item).poster}


class ChosenView(LookMixin, generic.ChosenViewMixin, ChosenMixin, generic.View):
    pass


class ChosenMultipleView(LookMixin, generic.ChosenMultipleViewMixin, ChosenMixin, generic.View):
    pass


class CreateView(FormReceiver, generic.CreateViewMixin, CreationMixin, ChosenMixin, generic.View):
    """The form in the modal, for when the resumable way is not to be had."""

    def post(self, request: HttpRequest) -> HttpResponse:
        self.form = self.get_creation_form()
        if self.form.is_valid():
            try:
                asset = receive(
                    self.form.cleaned_data["file"], owner=request.user, title=self.form.cleaned_data["title"].strip()
                )
            except (ProtocolError, Refusal) as error:
                self.form.add_error("file", error.sentence)
            else:
                return self.get_chosen_response(asset)
        elif has_lost_files(request):
            self.form.errors.pop("file", None)  # not that it is missing
            self.form.add_error("file", NAME_UNREADABLE)
        return self.get_reshow_creation_form_response()

    def refuse(self, request: HttpRequest, error: ProtocolError) -> HttpResponse:
        self.form = UploadForm(data={})
        self.form.errors.clear()
        self.form.add_error("file", error.sentence)
        return self.get_reshow_creation_form_response()


class MediaChooserWidget(BaseChooser):
    """Poster, title and the state of the making, which keeps up to date by itself."""

    template_name = "media_pipeline/desk/chooser_widget.html"
    classname = "desk-chooser"

    def get_value_data_from_instance(self, instance: MediaAsset) -> dict[str, Any]:
        return {**super().get_value_data_from_instance(instance), "poster": asset_row(instance).poster}

    def get_context(self, name: str, value_data: dict[str, Any], attrs: dict[str, Any]) -> dict[str, Any]:
        context = super().get_context(name, value_data, attrs)
        asset = self.get_instance(value_data.get("id"))
        return {**context, "row": asset_row(asset) if asset else None}


class MediaChooserViewSet(ChooserViewSet):
    model = MediaAsset
    icon = "media"
    choose_one_text = "选择视频或音频"
    choose_another_text = "换一个"
    edit_item_text = "查看制作情况"
    search_tab_label = "从媒体库里选"
    creation_tab_label = "上传新的"
    create_action_label = "上传"
    create_action_clicked_label = "正在上传……"
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    create_view_class = CreateView
    base_widget_class = MediaChooserWidget
    creation_form_class = UploadForm


media_chooser = MediaChooserViewSet("media_chooser", url_prefix="media/chooser")
