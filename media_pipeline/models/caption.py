"""Captions as WebVTT, in versions: a machine's draft never replaces what a person wrote."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import TimeStamped
from media_pipeline.enums import CaptionOrigin
from media_pipeline.models.asset import MediaAsset


class CaptionTrack(TimeStamped):
    """Captions of an asset in one language (BCP 47)."""

    asset = models.ForeignKey(MediaAsset, on_delete=models.CASCADE, related_name="caption_tracks")
    language = models.CharField("语言", max_length=12, default="zh-Hans")

    class Meta:
        verbose_name = "字幕"
        verbose_name_plural = "字幕"
        constraints = [models.UniqueConstraint(fields=["asset", "language"], name="one_caption_track_a_language")]

    def __str__(self) -> str:
        return f"{self.asset} {self.language}"


class CaptionVersion(models.Model):
    """One saved text. Versions are only added; queries.current_caption says which one is shown.

    Personal data: `author`; seen by staff with rights on media.
    """

    track = models.ForeignKey(CaptionTrack, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    origin = models.CharField(max_length=7, choices=CaptionOrigin)
    text = models.TextField("WebVTT")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "字幕版本"
        verbose_name_plural = "字幕版本"
        ordering = ["track", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["track", "number"], name="one_caption_version_a_number"),
            models.CheckConstraint(condition=models.Q(origin__in=CaptionOrigin.values), name="caption_origin_known"),
        ]

    def __str__(self) -> str:
        return f"{self.track} 第 {self.number} 版"
