"""课: one lesson of a course."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from core.fields import ContentStreamField
from core.models import TimeStamped
from courses.blocks import BODY, MOST_QUESTIONS, QUIZ
from courses.enums import Audience
from courses.models.course import Course


class Lesson(
    WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, index.Indexed, TimeStamped
):
    """A lesson: a title, a few words and one piece of media. Its number is unique within the course."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons", verbose_name="课程")
    number = models.PositiveIntegerField("第几讲", validators=[MinValueValidator(1)])
    title = models.CharField("标题", max_length=60)
    summary = models.TextField("内容提要", blank=True)
    media = models.ForeignKey(
        "media_pipeline.MediaAsset",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lessons",
        verbose_name="视频或音频",
    )
    body = ContentStreamField(BODY, verbose_name="文字和资料", blank=True)
    quiz = ContentStreamField(
        QUIZ,
        verbose_name="小测验",
        blank=True,
        max_num=MOST_QUESTIONS,
        help_text="三五道题，帮学员记住要点；不打分，不排名",
    )
    homework = models.CharField(
        "作业",
        max_length=200,
        blank=True,
        help_text="要学员拍一张照片交上来的事，例如：写一个“福”字，拍下来。没有作业就空着",
    )
    audience = models.CharField("谁能看", max_length=8, choices=Audience, default=Audience.PUBLIC)
    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="lesson")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="lesson",
        for_concrete_model=False,
    )

    search_fields = [
        index.SearchField("title", boost=4),
        index.AutocompleteField("title"),
        index.SearchField("summary"),
        index.SearchField("body"),
        index.FilterField("live"),
    ]

    class Meta:
        verbose_name = "课"
        verbose_name_plural = "课"
        ordering = ["course", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "number"],
                name="one_lesson_a_number",
                violation_error_message="这门课里已经有这一讲，请换一个序号。",
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="lesson_number_from_one"),
            models.CheckConstraint(condition=models.Q(audience__in=Audience.values), name="lesson_audience_known"),
        ]

    def __str__(self) -> str:
        return f"{self.course} 第 {self.number} 讲 {self.title}"

    @property
    def revisions(self) -> models.QuerySet:
        return self._revisions

    @property
    def is_members_only(self) -> bool:
        return self.audience == Audience.MEMBERS

    def get_absolute_url(self) -> str:
        return reverse("courses:lesson", args=[self.course.slug, self.number])

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "courses/lesson.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        from courses.queries.lessons import lesson_page

        context = super().get_preview_context(request, mode_name)
        return {**context, **lesson_page(lesson=self, viewer=request.user, is_preview=True)}
