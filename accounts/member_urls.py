"""Addresses of members: their own data, delegations, kiosks."""

from django.urls import path

from accounts.views import delegations, kiosk, profile

urlpatterns = [
    path("profile/", profile.profile, name="profile"),
    path("profile/looks/", profile.looks, name="looks"),
    path("profile/card-lost/", profile.card_lost, name="card-lost"),
    path("profile/pin/", profile.pin, name="pin"),
    path("consent/", profile.consent, name="consent"),
    path("delegations/", delegations.overview, name="delegations"),
    path("delegations/new/", delegations.grant, name="delegation-new"),
    path("delegations/<int:pk>/accept/", delegations.accept, name="delegation-accept"),
    path("delegations/<int:pk>/end/", delegations.end, name="delegation-end"),
    path("delegations/<int:pk>/act/", delegations.act, name="acting-start"),
    path("acting/stop/", delegations.act_no_more, name="acting-stop"),
    path("acts/", delegations.acts, name="acts"),
    path("kiosk/", kiosk.start, name="kiosk"),
    path("kiosk/number/", kiosk.number, name="kiosk-number"),
    path("kiosk/out/", kiosk.out, name="kiosk-out"),
    path("kiosk/keep/", kiosk.keep, name="kiosk-keep"),
    path("kiosk/close/", kiosk.close, name="kiosk-close"),
]
