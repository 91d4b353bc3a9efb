"""What the box beside an offering reads, wherever the box stands."""

from __future__ import annotations

from typing import Any

from django import template

from courses.models import Offering
from courses.queries.enrolments import EnrolBox, enrol_box

register = template.Library()


@register.simple_tag(takes_context=True)
def read_enrol_box(context: Any, offering: Offering) -> EnrolBox:
    """`{% read_enrol_box offering as box %}`, for the person who looks at the page."""
    return enrol_box(offering=offering, viewer=context["request"].user)
