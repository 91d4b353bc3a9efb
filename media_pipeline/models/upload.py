"""An upload on its way in, resumable at any byte (tus 1.0)."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.db import models

from core.models import TimeStamped
from media_pipeline.enums import UploadState
from media_pipeline.models.asset import MediaAsset


class Upload(TimeStamped):
    """Announced length, what its owner called it, and the file it grows in.

    The offset is not stored: it is the length of the file, so that it is right after a crash at any byte.
    Personal data: `owner`, the file name; seen by the owner alone.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="media_uploads")
    length = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.RECEIVING)
    expires_at = models.DateTimeField()
    asset = models.ForeignKey(MediaAsset, on_delete=models.SET_NULL, null=True, related_name="uploads")

    class Meta:
        verbose_name = "上传"
        verbose_name_plural = "上传"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=UploadState.values), name="upload_state_known"),
            models.CheckConstraint(condition=models.Q(length__gt=0), name="upload_has_length"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.key)

    @property
    def file(self) -> Path:
        return Path(settings.DATA_DIR) / "uploads" / f"{self.key.hex}.part"

    @property
    def offset(self) -> int:
        """Bytes received."""
        try:
            return self.file.stat().st_size
        except FileNotFoundError:
            return 0
