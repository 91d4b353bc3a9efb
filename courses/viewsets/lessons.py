"""The editors' desk for courses and lessons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django_filters import ChoiceFilter, ModelChoiceFilter  # type: ignore[import-untyped]
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, HelpPanel, MultiFieldPanel, ObjectList, PublishingPanel
from wagtail.admin.ui.tables import Column, NumberColumn, StatusTagColumn, UpdatedAtColumn
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from courses.enums import Audience, Category, CourseLevel, TeachingForm
from courses.forms import CourseForm
from courses.models import Course, Lesson
from courses.queries.desk import courses_for_desk, lessons_for_desk, media_line, next_number, state_line
from media_pipeline.enums import SourceState

LIVE = [("True", "已发布"), ("False", "没有发布")]


def is_live(shown: Course | Lesson) -> bool:
    return shown.live


class CourseFilters(WagtailFilterSet):
    category = ChoiceFilter(choices=Category.choices, label="类别", empty_label="全部")
    form = ChoiceFilter(choices=TeachingForm.choices, label="形式", empty_label="全部")
    level = ChoiceFilter(choices=CourseLevel.choices, label="难度", empty_label="全部")
    live = ChoiceFilter(choices=LIVE, label="发布情况", empty_label="全部")

    class Meta:
        model = Course
        fields = ["category", "form", "level", "live"]


class LessonFilters(WagtailFilterSet):
    course = ModelChoiceFilter(queryset=Course.objects.order_by("title"), label="课程", empty_label="全部")
    live = ChoiceFilter(choices=LIVE, label="发布情况", empty_label="全部")
    audience = ChoiceFilter(choices=Audience.choices, label="谁能看", empty_label="全部")
    media_state = ChoiceFilter(
        field_name="media__source__state", choices=SourceState.choices, label="视频状态", empty_label="全部"
    )

    class Meta:
        model = Lesson
        fields = ["course", "live", "audience"]


class CourseViewSet(SnippetViewSet):
    model = Course
    icon = "folder-open-inverse"
    menu_label = "课程"
    menu_name = "courses"
    menu_order = 10
    # Wagtail's database search finds no Chinese word inside a phrase; without a backend it filters by icontains.
    search_backend_name = None
    search_fields = ["title", "summary", "teacher_name"]
    filterset_class = CourseFilters
    list_display = [
        "title",
        Column("category", label="类别", accessor="get_category_display", sort_key="category"),
        Column("teacher_name", label="授课教师", sort_key="teacher_name"),
        NumberColumn("lesson_count", label="课数", sort_key="lesson_count"),
        StatusTagColumn("state", label="状态", accessor=state_line, primary=is_live, sort_key="live"),
        UpdatedAtColumn(label="更新时间"),
    ]
    list_per_page = 30
    copy_view_enabled = False
    panels = [
        # A draft may lack much, but not what the database and every list need.
        FieldPanel("title", required_on_save=True),
        FieldPanel("category", required_on_save=True),
        FieldPanel("summary"),
        FieldPanel("description", help_text="学什么、适合谁、要准备什么。空一行就是新的一段。"),
        FieldPanel("teacher_name"),
        MultiFieldPanel(
            [
                FieldPanel("form", required_on_save=True),
                FieldPanel("level", required_on_save=True),
                FieldPanel("hours", help_text="一共多少学时；不清楚就空着。"),
                FieldPanel("prerequisites", widget=forms.CheckboxSelectMultiple),
            ],
            heading="形式和难度",
        ),
        FieldPanel("cover", help_text="不选时，用第一讲视频里的画面。"),
        FieldPanel("tags"),
        MultiFieldPanel(
            [FieldPanel("slug", help_text="留空则按拼音生成。发布以后不要改，别人收藏的网址会打不开。")],
            heading="网址",
            classname="collapsed",
        ),
        HelpPanel(template="courses/admin/lessons_panel.html", heading="这门课的各讲"),
        PublishingPanel(),
    ]
    edit_handler = ObjectList(panels, base_form_class=CourseForm)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Course]:
        return courses_for_desk()


class LessonCreateView(CreateView):
    """`?course=ID` starts a lesson of that course, with the next free number."""

    def get_initial(self) -> dict[str, Any]:
        initial = super().get_initial()
        course_id = self.request.GET.get("course", "")
        if course_id.isdecimal() and Course.objects.filter(pk=course_id).exists():
            initial |= {"course": int(course_id), "number": next_number(int(course_id))}
        return initial


class LessonViewSet(SnippetViewSet):
    model = Lesson
    icon = "media"
    menu_label = "各讲"
    menu_name = "lessons"
    menu_order = 20
    add_view_class = LessonCreateView
    search_backend_name = None
    search_fields = ["title", "summary", "course__title"]
    filterset_class = LessonFilters
    list_display = [
        "title",
        Column("course", label="课程", accessor="course.title", sort_key="course__title"),
        NumberColumn("number", label="第几讲", sort_key="number"),
        Column("media", label="视频状态", accessor=media_line),
        Column("audience", label="谁能看", accessor="get_audience_display"),
        StatusTagColumn("state", label="状态", accessor=state_line, primary=is_live, sort_key="live"),
        UpdatedAtColumn(label="更新时间"),
    ]
    list_per_page = 30
    copy_view_enabled = False
    panels = [
        FieldPanel("course", widget=forms.Select),
        FieldPanel("number", help_text="在这门课里的顺序，从 1 开始，不能重复。"),
        FieldPanel("title", help_text="不用写“第几讲”，页面会自己加上。", required_on_save=True),
        FieldPanel("summary", help_text="几句话说清这一讲的内容，写在视频下面。"),
        FieldPanel("media", help_text="可以先选还在制作的视频，做好以后自动能看，不用再回来改。"),
        FieldPanel("body"),
        FieldPanel("quiz"),
        FieldPanel("homework"),
        FieldPanel("audience", help_text="选“登录的学员”时，没有登录的人看不到视频。", required_on_save=True),
        PublishingPanel(),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lesson]:
        return lessons_for_desk()
