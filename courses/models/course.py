"""课程. A plain model edited as a Wagtail snippet, not a page (ADR 0004)."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from taggit.models import TaggedItemBase
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin
from wagtail.search import index

from core.models import TimeStamped
from courses.enums import Category, CourseLevel, TeachingForm
from courses.slugs import pinyin_slug


class CourseTag(TaggedItemBase):
    content_object = ParentalKey("courses.Course", on_delete=models.CASCADE, related_name="tagged_items")


class Course(  # type: ignore[django-manager-missing]  # tagged_items comes from modelcluster
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    index.Indexed,
    TimeStamped,
    ClusterableModel,
):
    """A course of ordered lessons. `teacher_name` is what the page shows; it is public by its nature."""

    title = models.CharField("课程名称", max_length=60)
    slug = models.SlugField("网址", max_length=80, unique=True, blank=True, help_text="留空则按拼音生成")
    category = models.CharField("类别", max_length=12, choices=Category)
    summary = models.CharField("一句话简介", max_length=120, help_text="列表里显示的一句话，说清学什么、适合谁")
    description = models.TextField("课程介绍", blank=True)
    teacher_name = models.CharField("授课教师", max_length=40, blank=True)
    level = models.CharField("难度", max_length=10, choices=CourseLevel, default=CourseLevel.BEGINNER)
    form = models.CharField("形式", max_length=10, choices=TeachingForm, default=TeachingForm.RECORDED)
    hours = models.PositiveSmallIntegerField(
        "学时", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(999)]
    )
    prerequisites = ParentalManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="leads_to",
        verbose_name="先学哪些课",
        help_text="学这门课以前最好学过的课。没有就空着",
    )
    cover = models.ForeignKey(
        "core.SiteImage", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="封面"
    )
    tags = ClusterTaggableManager(
        "标签", through=CourseTag, blank=True, help_text="用顿号、逗号或分号隔开，例如：太极、养生"
    )
    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="course")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="course",
        for_concrete_model=False,
    )

    search_fields = [
        index.SearchField("title", boost=4),
        index.AutocompleteField("title"),
        index.SearchField("summary"),
        index.FilterField("category"),
        index.FilterField("level"),
        index.FilterField("form"),
        index.FilterField("live"),
    ]

    class Meta:
        verbose_name = "课程"
        verbose_name_plural = "课程"
        ordering = ["category", "title", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(category__in=Category.values), name="course_category_known"),
            models.CheckConstraint(condition=models.Q(level__in=CourseLevel.values), name="course_level_known"),
            models.CheckConstraint(condition=models.Q(form__in=TeachingForm.values), name="course_form_known"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._fill_slug()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        self._fill_slug()

    @property
    def revisions(self) -> models.QuerySet:
        return self._revisions

    def get_absolute_url(self) -> str:
        return reverse("courses:course", args=[self.slug])

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "courses/course.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        from courses.queries.catalogue import course_page

        return {**super().get_preview_context(request, mode_name), **course_page(course=self, viewer=request.user)}

    def _fill_slug(self) -> None:
        """An address once given stays, also when the title changes or an editor empties the field."""
        if self.slug:
            return
        others = Course.objects.exclude(pk=self.pk)
        kept = Course.objects.filter(pk=self.pk).values_list("slug", flat=True).first() if self.pk else None
        self.slug = kept or pinyin_slug(self.title, is_taken=lambda slug: others.filter(slug=slug).exists())
