"""Addresses of courses and lessons. Filled in by the courses room."""

from django.urls import URLPattern, URLResolver

app_name = "courses"
urlpatterns: list[URLPattern | URLResolver] = []
