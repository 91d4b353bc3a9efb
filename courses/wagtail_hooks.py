"""What the courses room adds to the Wagtail admin."""

from wagtail.snippets.models import register_snippet

from courses.viewsets.group import CoursesGroup

register_snippet(CoursesGroup)
