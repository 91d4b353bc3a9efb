"""Addresses of the catalogue. An edition's own stands last: its code begins with a year, which no other name does."""

from django.urls import path

from courses.views import catalogue, wishes

app_name = "catalogue"
urlpatterns = [
    path("", catalogue.current, name="current"),
    path("editions/", catalogue.editions, name="editions"),
    path("compare/<str:before>/<str:after>/", catalogue.compare, name="compare"),
    path("wish/", wishes.wish, name="wish"),
    path("wish/<int:pk>/withdraw/", wishes.withdraw, name="withdraw-wish"),
    path("rate/<slug:slug>/", wishes.rate, name="rate"),
    path("notice/<int:pk>/", wishes.notice_seen, name="notice"),
    path("<str:code>/", catalogue.edition, name="edition"),
    path("<str:code>/catalogue.<str:kind>", catalogue.download, name="file"),
]
