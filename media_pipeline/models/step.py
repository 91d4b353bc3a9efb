"""A step of the work on a source. The row is the truth; a Celery message only says that there may be work."""

from __future__ import annotations

from django.db import models

from core.models import TimeStamped
from media_pipeline.enums import Queue, StepKind, StepState
from media_pipeline.models.source import Source


class Step(TimeStamped):
    """One piece of work: who holds it until when, how far it is, how often it failed and why.

    `spec` is what the step needs beside the source's plan (rungs and part for an encode). `weight` is the work it is
    expected to be, in seconds of this machine, for per cent and time left. `attempts` counts claims; `failures` counts
    attempts in a row that made nothing new visible, so that a machine switched off every evening fails no lecture.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField("步骤", max_length=10, choices=StepKind)
    part = models.PositiveIntegerField("第几段", default=0)
    spec = models.JSONField(default=dict)
    queue = models.CharField(max_length=5, choices=Queue)
    state = models.CharField("状态", max_length=8, choices=StepState, default=StepState.WAITING)
    weight = models.FloatField(default=1.0)
    progress = models.FloatField(default=0.0)
    attempts = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cpu_seconds = models.FloatField(default=0.0)
    reason = models.TextField("原因", blank=True)
    detail = models.TextField("技术细节", blank=True)

    class Meta:
        verbose_name = "制作步骤"
        verbose_name_plural = "制作步骤"
        ordering = ["pk"]
        indexes = [models.Index(fields=["queue", "state"]), models.Index(fields=["state", "lease_until"])]
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "part"], name="one_step_a_kind_and_part"),
            models.CheckConstraint(condition=models.Q(state__in=StepState.values), name="step_state_known"),
            models.CheckConstraint(
                condition=models.Q(progress__gte=0.0) & models.Q(progress__lte=1.0), name="step_progress_is_a_share"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=StepState.RUNNING) | models.Q(lease_until__isnull=False),
                name="step_running_has_lease",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=StepState.FAILED) | ~models.Q(reason=""), name="step_failed_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.part} {self.get_state_display()}"
