"""Addresses of courses and lessons. `making` is in courses.slugs.RESERVED, so that no course takes it."""

from django.urls import path

from courses import views

app_name = "courses"
urlpatterns = [
    path("", views.course_list, name="list"),
    path("making/", views.making, name="making"),
    path("<slug:slug>/", views.course, name="course"),
    path("<slug:slug>/<int:number>/", views.lesson, name="lesson"),
    path("<slug:slug>/<int:number>/position/", views.position, name="position"),
]
