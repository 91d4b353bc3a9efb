"""原片: one set of bytes, made into renditions once however many assets share it."""

from __future__ import annotations

from django.db import models
from django.utils.crypto import get_random_string

from core.models import TimeStamped
from media_pipeline.enums import MediaKind, SourceState


def new_key() -> str:
    """A folder name that says nothing of the content: 22 letters and digits, 131 bits."""
    return get_random_string(22)


class Source(TimeStamped):
    """Bytes an editor sent, known by their SHA-256, with the verdict on them and the plan made from it.

    Holds no personal data: the file name belongs to the asset. `probe` and `plan` are the JSON forms of
    `probe.SourceProbe` and `plan.Plan`. `original` is where the bytes lie as they came; they are never served.
    `extras` has the sizes in bytes of what was made beside the renditions (poster, preview, waveform), by name.
    """

    key = models.CharField(max_length=22, unique=True, default=new_key, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    size = models.PositiveBigIntegerField("大小（字节）")
    state = models.CharField("状态", max_length=12, choices=SourceState, default=SourceState.RECEIVED)
    original = models.CharField(
        "原片存放处", max_length=60, blank=True, help_text="存储里的名字；不能用的原片已经删掉，这里是空的"
    )
    extras = models.JSONField("附带的文件", default=dict)
    kind = models.CharField("类型", max_length=5, choices=MediaKind, blank=True)
    duration = models.FloatField("时长（秒）", null=True)
    probe = models.JSONField(null=True)
    plan = models.JSONField(null=True)
    reason = models.TextField("原因", blank=True, help_text="不能使用或制作失败的原因，写给编辑看")
    detail = models.TextField("技术细节", blank=True)
    verdict_at = models.DateTimeField(null=True)
    playable_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "原片"
        verbose_name_plural = "原片"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=SourceState.values), name="source_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state__in=[SourceState.REFUSED, SourceState.FAILED]) | ~models.Q(reason=""),
                name="source_refused_or_failed_has_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[SourceState.PLAYABLE, SourceState.READY])
                | models.Q(playable_at__isnull=False),
                name="source_playable_has_instant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} {self.get_state_display()}"

    @property
    def folder(self) -> str:
        """The name in the store under which everything made from the bytes lies; all that a media server may read."""
        return f"streams/{self.key}"

    @property
    def plays(self) -> bool:
        """Whether a viewer can start it now, also when later steps failed."""
        return self.playable_at is not None
