"""How far each person is: the inbox of players' reports, the account of a lesson, the account of a day (ADR 0011)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from courses.models.lesson import Lesson

DAY_MS = 24 * 3600 * 1000


class PlayedReport(models.Model):
    """A player's report that is not counted yet. Written once, never changed, gone when it is counted.

    The ids are plain numbers: hundreds of these are written together, and a lesson deleted in between must not spoil
    the reports of everybody else. Whoever counts them looks.

    Personal data: what a person watches, until it is counted; seen by that person alone.
    """

    user_pk = models.PositiveBigIntegerField()
    lesson_pk = models.PositiveBigIntegerField()
    media_pk = models.PositiveBigIntegerField()
    session = models.CharField(max_length=32)
    seq = models.PositiveIntegerField()
    digest = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    stretches = models.JSONField()
    place_ms = models.PositiveBigIntegerField(null=True)
    place_at_ms = models.PositiveBigIntegerField(null=True)
    trouble = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "没结算的观看记录"
        verbose_name_plural = "没结算的观看记录"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user_pk", "session", "seq"], name="one_report_a_key"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="report_numbered_from_one"),
            models.CheckConstraint(condition=Q(received_at__gte=F("opened_at")), name="report_after_its_page"),
            models.CheckConstraint(
                condition=Q(place_ms__isnull=True, place_at_ms__isnull=True)
                | Q(place_ms__isnull=False, place_at_ms__isnull=False),
                name="report_place_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session[:8]} {self.seq}"


class LessonProgress(models.Model):
    """A person and a lesson over all days. Times in ms.

    `covered`: parts of the media that were played, [[start, end], …]; of `media_pk`, so that a new film begins anew.
    `played_ms`: time spent on it. `credited_ms`: each part once, never more than was spent. `heard`: numbers of reports
    already counted, [[session, [[first, last + 1], …]], …]. What was finished once stays finished under the rule of
    its day; `finished_by_hand`: a lesson without media that the person says to have read.

    Personal data: what a person has learned; seen by that person, and by staff through the queries of rooms above.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lesson_progress")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="progress")
    media_pk = models.PositiveBigIntegerField(null=True)
    covered = models.JSONField(default=list)
    covered_ms = models.PositiveBigIntegerField(default=0)
    played_ms = models.PositiveBigIntegerField(default=0)
    credited_ms = models.PositiveBigIntegerField(default=0)
    heard = models.JSONField(default=list)
    finished_at = models.DateTimeField(null=True)
    rule_version = models.PositiveSmallIntegerField(null=True)
    finished_by_hand = models.BooleanField(default=False)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = "学习进度"
        verbose_name_plural = "学习进度"
        constraints = [
            models.UniqueConstraint(fields=["user", "lesson"], name="one_progress_a_person_and_lesson"),
            models.CheckConstraint(
                condition=Q(credited_ms__lte=F("played_ms")) & Q(credited_ms__lte=F("covered_ms")),
                name="credited_at_most_played_and_covered",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, rule_version__isnull=True)
                | Q(finished_at__isnull=False, rule_version__isnull=False),
                name="finished_by_a_rule",
            ),
            models.CheckConstraint(
                condition=Q(finished_by_hand=False) | Q(finished_at__isnull=False), name="by_hand_means_finished"
            ),
        ]
        indexes = [models.Index(fields=["user", "finished_at"], name="progress_finished_by_user")]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.credited_ms // 1000} 秒"


class StudyDay(models.Model):
    """A person and a day (Asia/Shanghai). `taken`: instants already claimed, [[start, end], …] in ms since midnight;
    `lessons`: {lesson id: [[[start, end], …] played that day, ms spent]}; `credited_ms`: study time of the day.

    Personal data: when a person studied what; seen by that person alone. Others get sums.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="study_days")
    day = models.DateField()
    taken = models.JSONField(default=list)
    lessons = models.JSONField(default=dict)
    credited_ms = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "学习日"
        verbose_name_plural = "学习日"
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="one_study_day_a_person"),
            models.CheckConstraint(condition=Q(credited_ms__lte=DAY_MS), name="a_day_has_24_hours"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.credited_ms // 1000} 秒"
