"""Addresses of media. Filled in by uploads (tus) and by playback."""

from django.urls import URLPattern, URLResolver

app_name = "media_pipeline"
urlpatterns: list[URLPattern | URLResolver] = []
