"""The menu 课程 of the editors' desk: what stands in it, in order."""

from __future__ import annotations

from wagtail.snippets.views.snippets import SnippetViewSetGroup

from courses.viewsets.certificates import CertificateViewSet
from courses.viewsets.lessons import CourseViewSet, LessonViewSet


class CoursesGroup(SnippetViewSetGroup):
    items = (CourseViewSet, LessonViewSet, CertificateViewSet)
    menu_label = "课程"
    menu_name = "courses-group"
    menu_icon = "folder-open-inverse"
    menu_order = 150
