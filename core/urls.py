"""Addresses that belong to no room above: reading aids, the accessibility statement, robots, health."""

from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("aids/", views.choose_reading_aids, name="reading-aids"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz/", views.healthz, name="healthz"),
]
