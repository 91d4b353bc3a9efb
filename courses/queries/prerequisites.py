"""先学哪些课: what comes before what."""

from __future__ import annotations

from courses.models import Course


def way_back(course: Course, *, to: Course) -> list[Course]:
    """The chain of prerequisites from `course` to `to`, both included; empty if there is none. A query a level."""
    if to.pk is None:
        return []
    reached: dict[int, list[Course]] = {course.pk: [course]}
    front = [course]
    while front:
        for found in front:
            if found.pk == to.pk:
                return reached[found.pk]
        rows = Course.prerequisites.through.objects.filter(from_course__in=front).select_related("to_course")
        before, front = {step.pk: reached[step.pk] for step in front}, []
        for row in rows:
            if row.to_course_id not in reached:
                reached[row.to_course_id] = [*before[row.from_course_id], row.to_course]
                front.append(row.to_course)
    return []
