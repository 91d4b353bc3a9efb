"""目录里的课程: what an edition says of a course, pinned to revisions and kept in words of its own.

Names stand as text beside the foreign keys, so that history stays true after a rename. Rows of a sealed edition never
change (triggers, migration `editions_never_change`).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from courses.enums import Category, TeacherChannel
from courses.models.course import Course
from courses.models.edition import CatalogueEdition
from courses.models.lesson import Lesson
from courses.models.teacher import Teacher


class CatalogueEntry(models.Model):
    """A course in an edition. `content` is what its revision said, without bookkeeping (`manifests.freezing`)."""

    edition = models.ForeignKey(CatalogueEdition, on_delete=models.CASCADE, related_name="entries")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="catalogue_entries")
    course_revision = models.ForeignKey("wagtailcore.Revision", on_delete=models.PROTECT, related_name="+")
    title = models.CharField("课程名称", max_length=60)
    category = models.CharField("类别", max_length=12, choices=Category)
    content = models.JSONField()

    class Meta:
        verbose_name = "目录里的课程"
        verbose_name_plural = "目录里的课程"
        ordering = ["edition", "course"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "course"], name="one_entry_a_course"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="entry_category_known"),
        ]

    def __str__(self) -> str:
        return self.title


class CatalogueLesson(models.Model):
    """A lesson of an entry. `content` holds its words, and of its media the key, the SHA-256 and the captions.

    Media are named by digest and not by a foreign key: an old edition must not keep gigabytes from being deleted.
    """

    entry = models.ForeignKey(CatalogueEntry, on_delete=models.CASCADE, related_name="lessons")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="catalogue_lessons")
    lesson_revision = models.ForeignKey("wagtailcore.Revision", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField("第几讲")
    title = models.CharField("标题", max_length=60)
    media_sha256 = models.CharField("媒体 SHA-256", max_length=64, blank=True, db_index=True)
    content = models.JSONField()

    class Meta:
        verbose_name = "目录里的课"
        verbose_name_plural = "目录里的课"
        ordering = ["entry", "number"]
        constraints = [models.UniqueConstraint(fields=["entry", "lesson"], name="one_catalogue_row_a_lesson")]

    def __str__(self) -> str:
        return f"第 {self.number} 讲 {self.title}"


class CatalogueTeacher(models.Model):
    """Who teaches a course of an edition. Personal data: a name that is public by its nature."""

    entry = models.ForeignKey(CatalogueEntry, on_delete=models.CASCADE, related_name="teachers")
    teacher = models.ForeignKey(Teacher, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=40)
    channel = models.CharField("来源", max_length=10, choices=TeacherChannel)

    class Meta:
        verbose_name = "目录里的教师"
        verbose_name_plural = "目录里的教师"
        ordering = ["entry", "teacher"]
        constraints = [models.UniqueConstraint(fields=["entry", "teacher"], name="one_catalogue_row_a_teacher")]

    def __str__(self) -> str:
        return self.name


class CatalogueSite(models.Model):
    """Where a course of an edition is taught in person."""

    entry = models.ForeignKey(CatalogueEntry, on_delete=models.CASCADE, related_name="sites")
    site = models.ForeignKey("places.AcademySite", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=60)
    region_name = models.CharField("地区", max_length=100)

    class Meta:
        verbose_name = "目录里的站点"
        verbose_name_plural = "目录里的站点"
        ordering = ["entry", "site"]
        constraints = [models.UniqueConstraint(fields=["entry", "site"], name="one_catalogue_row_a_site")]

    def __str__(self) -> str:
        return self.name
