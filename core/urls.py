"""Addresses that belong to no room above: the elder mode, health."""

from django.urls import path

from core import views

app_name = "core"
urlpatterns = [
    path("aids/", views.choose_reading_aids, name="reading-aids"),
    path("healthz/", views.healthz, name="healthz"),
]
