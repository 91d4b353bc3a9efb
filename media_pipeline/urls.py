"""Addresses of media: uploads on their way in, playback on its way out."""

from django.urls import URLPattern, URLResolver, include, path

from media_pipeline import views

app_name = "media_pipeline"
urlpatterns: list[URLPattern | URLResolver] = [
    path("uploads/", include("media_pipeline.uploads.urls")),
    path("play/<uuid:key>/<str:access>/<path:name>", views.play, name="play"),
]
