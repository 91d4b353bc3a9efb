"""Addresses of courses and lessons. `making` is in courses.slugs.RESERVED, so that no course takes it."""

from django.urls import path

from courses.views import lessons

app_name = "courses"
urlpatterns = [
    path("", lessons.course_list, name="list"),
    path("making/", lessons.making, name="making"),
    path("<slug:slug>/", lessons.course, name="course"),
    path("<slug:slug>/<int:number>/", lessons.lesson, name="lesson"),
    path("<slug:slug>/<int:number>/position/", lessons.position, name="position"),
]
