"""Included under `media_pipeline:` by media_pipeline.urls."""

from django.urls import path

from media_pipeline.uploads.views import UploadCollection, UploadResource

urlpatterns = [
    path("", UploadCollection.as_view(), name="uploads"),
    path("<uuid:key>/", UploadResource.as_view(), name="upload"),
]
