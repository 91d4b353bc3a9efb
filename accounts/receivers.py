"""What happens whenever somebody signs in, whatever way they came."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.queries.staff import signs_in_by_password


@receiver(user_logged_in, dispatch_uid="accounts.limit_session")
def limit_session(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Seniors stay signed in for half a year; whoever may enter the desk signs in again each day."""
    if hasattr(request, "session"):
        request.session.set_expiry(settings.STAFF_SESSION_AGE if signs_in_by_password(user) else None)
