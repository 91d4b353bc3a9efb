"""Assets as the editors' desk lists them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model, Prefetch, QuerySet
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import ReferenceIndex, RevisionMixin

from accounts.access import staff_label
from accounts.models import User
from media_pipeline.enums import UploadState
from media_pipeline.links import access_for, address
from media_pipeline.models import MediaAsset, Step, Upload
from media_pipeline.queries.progress import SourceProgress, describe


@dataclass(frozen=True)
class AssetRow:
    """An asset with what a list shows of it. `poster` is an address or empty; `duration` is written as 3:07."""

    asset: MediaAsset
    progress: SourceProgress
    poster: str
    kind: str
    duration: str
    owner: str


@dataclass(frozen=True)
class Use:
    """Something that shows an asset: 课「太极第一讲」, with the address where it is edited, if this person may."""

    label: str
    title: str
    url: str


def library() -> QuerySet[MediaAsset]:
    """Every asset with what `asset_row` needs: three queries for any number."""
    steps = Step.objects.defer("spec", "detail")
    return MediaAsset.objects.select_related("source", "owner").prefetch_related(Prefetch("source__steps", steps))


def asset_row(asset: MediaAsset) -> AssetRow:
    source = asset.source
    has_poster = "poster.jpg" in source.extras
    return AssetRow(
        asset=asset,
        progress=describe(source),
        poster=address(asset, access_for(asset), "poster.jpg") if has_poster else "",
        kind=source.get_kind_display() if source.kind else "",
        duration=clock_time(source.duration),
        owner=staff_label(asset.owner),
    )


def clock_time(seconds: float | None) -> str:
    """3:07 or 1:02:03; empty for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def uses_of(asset: MediaAsset, *, viewer: User | None = None) -> list[Use]:
    """Lessons, stories and whatever else refers to `asset`, in what is saved or in a draft of it."""
    finder = AdminURLFinder(viewer)
    users: dict[tuple[str, object], Model] = {}
    for used_by, _references in ReferenceIndex.get_grouped_references_to(asset):
        users[used_by._meta.label, used_by.pk] = used_by
    for used_by in _drafts_with(asset):
        users.setdefault((used_by._meta.label, used_by.pk), used_by)
    return [
        Use(
            label=str(used_by._meta.verbose_name),
            title=str(used_by),
            url=(finder.get_edit_url(used_by) or "") if viewer else "",
        )
        for used_by in users.values()
    ]


def _drafts_with(asset: MediaAsset) -> list[Model]:
    """Whatever names `asset` in its latest draft: Wagtail's reference index knows only what is saved as live.

    A draft whose media is gone could not be opened again.
    """
    found: list[Model] = []
    for relation in MediaAsset._meta.related_objects:
        model = relation.related_model
        if isinstance(model, type) and issubclass(model, RevisionMixin):
            found += model._default_manager.filter(**{f"latest_revision__content__{relation.field.name}": asset.pk})
    return found


def unfinished_uploads(owner: User) -> list[Upload]:
    """What `owner` began to send and can still go on with, the newest first."""
    return list(Upload.objects.filter(owner=owner, state=UploadState.RECEIVING).order_by("-created_at")[:20])
