"""规格: one rung of the ladder, and the parts it is made in."""

from __future__ import annotations

from django.db import models

from core.models import TimeStamped
from media_pipeline.enums import RenditionKind
from media_pipeline.models.source import Source


class Rendition(TimeStamped):
    """A rung (`v720`), an audio rendition (`a40`) or a single file (`360p.mp4`). Bit rates in bit/s, sizes in bytes.

    `bandwidth_cap` is promised before anything is measured; `peak_bandwidth` is measured over whole segments, and is
    what the finished master playlist declares (RFC 8216, 4.3.4.2). `init_digest` is the SHA-256 of the initialisation
    segment, which every part must share.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="renditions")
    name = models.CharField("规格", max_length=20)
    kind = models.CharField(max_length=5, choices=RenditionKind)
    is_copy = models.BooleanField(default=False)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    frame_rate = models.CharField(max_length=12, blank=True)
    codecs = models.CharField(max_length=60, blank=True)
    init_digest = models.CharField(max_length=64, blank=True)
    init_size = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=12, blank=True)
    bandwidth_cap = models.PositiveIntegerField(default=0)
    peak_bandwidth = models.PositiveIntegerField(default=0)
    average_bandwidth = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    complete = models.BooleanField(default=False)

    class Meta:
        verbose_name = "规格"
        verbose_name_plural = "规格"
        ordering = ["source", "kind", "-height", "name"]
        constraints = [
            models.UniqueConstraint(fields=["source", "name"], name="one_rendition_a_name"),
            models.CheckConstraint(condition=models.Q(kind__in=RenditionKind.values), name="rendition_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> str:
        """The name in the store under which its segments lie."""
        return f"{self.source.folder}/{self.name}"


class Part(models.Model):
    """A run of segments of one rendition, written by one step. Parts join without a gap, in the order of `number`.

    `segments` is a list of [duration in seconds, size in bytes], in order, of segments a viewer can already fetch. It
    only ever grows.
    """

    rendition = models.ForeignKey(Rendition, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    segments = models.JSONField(default=list)
    complete = models.BooleanField(default=False)

    class Meta:
        verbose_name = "片段"
        verbose_name_plural = "片段"
        ordering = ["rendition", "number"]
        constraints = [models.UniqueConstraint(fields=["rendition", "number"], name="one_part_a_number")]

    def __str__(self) -> str:
        return f"{self.rendition} {self.number}"
