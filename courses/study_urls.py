"""Addresses of a person's own study, and of the page that verifies certificates."""

from django.urls import path

from courses.views import study

app_name = "study"
urlpatterns = [
    path("study/", study.study, name="study"),
    path("study/certificates/<slug:slug>/issue/", study.certify, name="certify"),
    path("study/certificates/<str:code>.pdf", study.certificate, name="certificate"),
    path("study/<str:half_year>/", study.study, name="half-year"),
    path("verify/", study.verify, name="verify-form"),
    path("verify/<str:code>/", study.verify, name="verify"),
]
