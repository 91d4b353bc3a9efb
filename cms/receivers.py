"""Every save or deletion of a story, a short or a page's privacy may open or close media."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from wagtail.models import Page, PageViewRestriction

from cms.models import ShortVideoPage, StoryPage
from cms.operations.publicity import refresh_page_media

MediaPage = StoryPage | ShortVideoPage


def connect() -> None:
    """Called once, from `AppConfig.ready()`."""
    for model in (StoryPage, ShortVideoPage):
        name = model.__name__
        pre_save.connect(_remember_media, sender=model, dispatch_uid=f"cms.remember_media.{name}")
        post_save.connect(_page_saved, sender=model, dispatch_uid=f"cms.page_saved.{name}")
        post_delete.connect(_page_deleted, sender=model, dispatch_uid=f"cms.page_deleted.{name}")
    post_save.connect(_privacy_changed, sender=PageViewRestriction, dispatch_uid="cms.privacy_set")
    post_delete.connect(_privacy_changed, sender=PageViewRestriction, dispatch_uid="cms.privacy_lifted")


def _remember_media(sender: type[MediaPage], instance: MediaPage, **kwargs: Any) -> None:
    stored = sender.objects.filter(pk=instance.pk).values_list("video_id", flat=True) if instance.pk else []
    instance._media_before = set(stored)  # type: ignore[union-attr]


def _page_saved(sender: type[MediaPage], instance: MediaPage, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        before: set[int | None] = getattr(instance, "_media_before", set())
        refresh_page_media(media_ids={pk for pk in before | {instance.video_id} if pk is not None})


def _page_deleted(sender: type[MediaPage], instance: MediaPage, **kwargs: Any) -> None:
    if instance.video_id is not None:
        refresh_page_media(media_ids={instance.video_id})


def _privacy_changed(sender: type[PageViewRestriction], instance: PageViewRestriction, **kwargs: Any) -> None:
    below = Page.objects.filter(pk=instance.page_id).first()
    if below is None:
        return
    media_ids: set[int] = set()
    for model in (StoryPage, ShortVideoPage):
        pages = model.objects.descendant_of(below, inclusive=True).filter(video__isnull=False)
        media_ids.update(pages.values_list("video_id", flat=True))
    refresh_page_media(media_ids=media_ids)
