"""Forms of the editors' desk."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminModelForm

from courses.models import Course
from courses.queries.prerequisites import way_back


class CourseForm(WagtailAdminModelForm):
    """A course can't be what one has to learn before itself, not even by way of others."""

    def clean_prerequisites(self) -> Iterable[Course]:
        chosen = self.cleaned_data["prerequisites"]
        for course in chosen:
            if found := way_back(course, to=self.instance):
                chain = " → ".join(step.title for step in found)
                raise ValidationError(f"绕了一圈：要先学“{course.title}”，而它又要先学这门课（{chain}）。请去掉一门。")
        return chosen
