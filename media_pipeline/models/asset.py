"""媒体: what an editor uploaded and chooses for a lesson or a story."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from wagtail.search import index

from core.models import TimeStamped
from media_pipeline.enums import NoticeKind
from media_pipeline.models.source import Source


class MediaAsset(index.Indexed, TimeStamped):
    """A titled piece of media. Two assets may share one source; deleting one keeps the other.

    Personal data: `owner`, and whatever an editor puts into a title or a file name; seen by staff with rights on media.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField("标题", max_length=200)
    original_name = models.CharField("原文件名", max_length=255, blank=True, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="assets", editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="media_assets",
        verbose_name="上传人",
    )
    is_open = models.BooleanField(
        "公开可看", default=False, editable=False, help_text="由使用它的课或故事是否已公开决定"
    )

    search_fields = [
        index.SearchField("title", boost=4),
        index.AutocompleteField("title"),
        index.SearchField("original_name"),
        index.FilterField("owner_id"),
    ]

    class Meta:
        verbose_name = "媒体"
        verbose_name_plural = "媒体"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class Notice(models.Model):
    """A word to an editor in the admin: ready, failed or refused. Told once a kind and asset."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="media_notices")
    asset = models.ForeignKey(MediaAsset, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=8, choices=NoticeKind)
    sentence = models.TextField()
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "媒体通知"
        verbose_name_plural = "媒体通知"
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=NoticeKind.values), name="notice_kind_known"),
        ]

    def __str__(self) -> str:
        return self.sentence
