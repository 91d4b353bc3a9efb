"""Signing in and out, and a person's own page."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import member_urls
from accounts.views import entrance, signing
from accounts.views.password import InactiveView, PasswordView
from accounts.views.phone import change_phone_number, prove_phone_number

app_name = "accounts"
urlpatterns = [
    path("sign-in/", entrance.sign_in_by_phone, name="sign-in"),
    path("sign-in/password/", PasswordView.as_view(), name="sign-in-password"),
    path("sign-in/code/<uuid:code_id>/", entrance.enter_code, name="code"),
    path("sign-in/code/<uuid:code_id>/again/", entrance.send_again, name="code-again"),
    path("sign-in/code/<uuid:code_id>/state/", entrance.code_state, name="code-state"),
    path("sign-in/code/<uuid:code_id>/name/", entrance.give_name, name="name"),
    path("sign-in/code/<uuid:code_id>/password/", entrance.choose_password, name="password"),
    path("sign-in/inactive/", InactiveView.as_view(), name="inactive"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("phone/", change_phone_number, name="phone"),
    path("phone/<uuid:code_id>/", prove_phone_number, name="phone-code"),
    path("me/", signing.me, name="me"),
    *member_urls.urlpatterns,
]
