"""The addresses that allauth looks up by name, and no others: pages of its own that we don't use don't exist here."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views.password import InactiveView, ToSignIn
from accounts.views.second_factor import (
    AskAgainPage,
    AskPage,
    FactorPage,
    NewSparePage,
    PasswordAgainPage,
    SetUpPage,
    SparePage,
    TurnOffPage,
)

urlpatterns = [
    path("login/", ToSignIn.as_view(), name="account_login"),
    path("logout/", LogoutView.as_view(), name="account_logout"),
    path("sign-in/inactive/", InactiveView.as_view(), name="account_inactive"),
    path("password-again/", PasswordAgainPage.as_view(), name="account_reauthenticate"),
    path("two-steps/", FactorPage.as_view(), name="mfa_index"),
    path("two-steps/sign-in/", AskPage.as_view(), name="mfa_authenticate"),
    path("two-steps/again/", AskAgainPage.as_view(), name="mfa_reauthenticate"),
    path("two-steps/set-up/", SetUpPage.as_view(), name="mfa_activate_totp"),
    path("two-steps/turn-off/", TurnOffPage.as_view(), name="mfa_deactivate_totp"),
    path("two-steps/spare/", SparePage.as_view(), name="mfa_view_recovery_codes"),
    path("two-steps/spare/new/", NewSparePage.as_view(), name="mfa_generate_recovery_codes"),
]
