"""Courses and lessons for tests. A lesson is live and public, without media unless given some."""

from __future__ import annotations

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from courses.enums import Audience, Category
from courses.models import Course, Lesson


class CourseFactory(DjangoModelFactory):
    title = factory.Sequence(lambda n: f"八段锦入门 {n}")
    category = Category.HEALTH
    summary = "站着就能练，每天一刻钟"
    description = "第一段。\n\n第二段。"
    teacher_name = "李长顺"
    live = True
    first_published_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = Course

    class Params:
        draft = factory.Trait(live=False, first_published_at=None)


class LessonFactory(DjangoModelFactory):
    course = factory.SubFactory(CourseFactory)
    number = factory.Sequence(lambda n: n + 1)
    title = factory.Sequence(lambda n: f"两手托天理三焦 {n}")
    summary = "两脚与肩同宽，慢慢来。"
    live = True

    class Meta:
        model = Lesson

    class Params:
        draft = factory.Trait(live=False)
        members = factory.Trait(audience=Audience.MEMBERS)
