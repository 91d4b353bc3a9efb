"""停开课程的去向: what becomes of people in a course that the next edition drops."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.enums import CarryPolicy
from courses.models.course import Course
from courses.models.edition import CatalogueEdition


class CarryOver(models.Model):
    """What `edition` decides for a course it no longer has. Sealed with it.

    FINISH: whoever is in the middle goes on until the last day `until`. STOP: they are told `notice` and led to
    `equivalents`. No personal data.
    """

    edition = models.ForeignKey(CatalogueEdition, on_delete=models.CASCADE, related_name="carry_overs")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+", verbose_name="课程")
    title = models.CharField("课程名称", max_length=60)
    policy = models.CharField("去向", max_length=6, choices=CarryPolicy)
    until = models.DateField("可以学到哪天", null=True, blank=True)
    notice = models.CharField("告诉学员的话", max_length=200, blank=True)
    equivalents = models.ManyToManyField(Course, related_name="+", blank=True, verbose_name="可以改学的课程")

    class Meta:
        verbose_name = "停开课程的去向"
        verbose_name_plural = "停开课程的去向"
        ordering = ["edition", "course"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "course"], name="one_carry_over_a_course"),
            models.CheckConstraint(
                condition=Q(policy=CarryPolicy.FINISH, until__isnull=False)
                | (Q(policy=CarryPolicy.STOP, until__isnull=True) & ~Q(notice="")),
                name="carry_over_says_what_it_means",
                violation_error_message="“读完为止”要写到哪一天；“停止”要写给学员的话。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.get_policy_display()}"


class LearnerNotice(models.Model):
    """A sentence to a person on their own page: their course ends, goes on until a day, or their class was changed.

    Told once a subject (`about`, unique with the person). Personal data: what a person learns; seen by that person.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="learner_notices")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    about = models.CharField(max_length=60)
    sentence = models.CharField(max_length=400)
    equivalents = models.ManyToManyField(Course, related_name="+")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "给学员的通知"
        verbose_name_plural = "给学员的通知"
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "about"], name="one_notice_a_person_and_subject")]

    def __str__(self) -> str:
        return self.sentence
