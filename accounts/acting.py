"""For whom a request acts: for the person signed in, or, by a delegation, for someone who asked them to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest

from accounts.models import User


@dataclass(frozen=True)
class Acting:
    """`person` is the one whose matter it is, `by` the one at the screen."""

    person: User
    by: User

    @property
    def acted_by(self) -> User | None:
        """What `ActedFor.acted_by` takes: None when people act for themselves."""
        return None if self.person == self.by else self.by


def acting_of(request: HttpRequest) -> Acting:
    """Call in views behind `login_required`."""
    user = cast("User", request.user)
    return Acting(person=user, by=user)
