"""Addresses of 附近学堂."""

from django.urls import path

from places import views

app_name = "places"
urlpatterns = [
    path("", views.site_list, name="list"),
    path("<int:pk>/", views.site, name="site"),
]
