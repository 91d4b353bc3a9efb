"""For whom a request acts: for the person signed in, or, by a delegation, for someone who asked them to.

Whoever helps switches to a delegation, which the session keeps as a number and nothing else: at each request it is
asked anew whether the delegation stands and covers what is done. It can't be passed on, because only delegations held
by the person at the screen are looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest

from accounts.access import member_name
from accounts.enums import DelegatedScope
from accounts.errors import ActingRefused
from accounts.models import Delegation, User
from accounts.queries.delegations import matters_line, scopes_of, standing_delegation

SESSION_KEY = "acting_delegation"
OVER = "委托已经结束（被收回或到期了），这一步没有办。您现在办的是自己的事。"
NOT_COVERED = "{name}没有委托您办“{scope}”，这一步没有办。要办这件事，请对方再委托一次。"
OWN_ONLY = "这件事只能本人办，您正在替{name}办事，这一步没有办。请先点“回到自己”。"


@dataclass(frozen=True)
class Acting:
    """`person` is the one whose matter it is, `by` the one at the screen, `delegation` what allows it."""

    person: User
    by: User
    delegation: Delegation | None = None

    @property
    def acted_by(self) -> User | None:
        """What `ActedFor.acted_by` takes: None when people act for themselves."""
        return None if self.person == self.by else self.by

    @property
    def scopes(self) -> frozenset[DelegatedScope]:
        """What may be done: everything for oneself, what the delegation names for others."""
        return frozenset(DelegatedScope) if self.delegation is None else scopes_of(self.delegation)


def acting_of(request: HttpRequest, scope: DelegatedScope | None = None) -> Acting:
    """Who acts for whom; call in views behind `login_required` that read or write a person's own matters.

    `scope` is what the view does. Without one the matter is nobody else's: it is refused while somebody acts for
    another, rather than done for the wrong person. Raises `ActingRefused`, which the middleware shows.
    """
    acting = acting_now(request)
    if acting.delegation is None:
        if SESSION_KEY in request.session:
            stop_acting(request)
            raise ActingRefused(OVER)
        return acting
    name = member_name(acting.person)
    if scope is None:
        raise ActingRefused(OWN_ONLY.format(name=name))
    if scope not in acting.scopes:
        raise ActingRefused(NOT_COVERED.format(name=name, scope=scope.label))
    return acting


def acting_now(request: HttpRequest) -> Acting:
    """Who acts for whom, whatever the delegation covers: for the page from which everything else is reached."""
    user = cast("User", request.user)
    pk = request.session.get(SESSION_KEY)
    delegation = standing_delegation(pk, delegate=user) if pk is not None else None
    if delegation is None:
        return Acting(person=user, by=user)
    return Acting(person=delegation.senior, by=user, delegation=delegation)


def start_acting(request: HttpRequest, delegation_pk: int) -> Delegation:
    """Switch to a delegation. A second switch replaces the first: nobody acts for two. Raises `ActingRefused`."""
    delegation = standing_delegation(delegation_pk, delegate=cast("User", request.user))
    if delegation is None:
        raise ActingRefused(OVER)
    request.session[SESSION_KEY] = delegation.pk
    return delegation


def stop_acting(request: HttpRequest) -> None:
    """Back to oneself."""
    request.session.pop(SESSION_KEY, None)


@dataclass(frozen=True)
class Banner:
    """What every page says while somebody acts for another; `name` is empty when that has just ended."""

    name: str
    matters: str
    last_day: str


def banner_of(request: HttpRequest) -> Banner | None:
    """The banner, or None for people who act for themselves. A delegation that ended is said once, and dropped."""
    if not getattr(request, "user", None) or not request.user.is_authenticated or SESSION_KEY not in request.session:
        return None
    delegation = standing_delegation(request.session[SESSION_KEY], delegate=request.user)
    if delegation is None:
        stop_acting(request)
        return Banner("", "", "")
    return Banner(
        member_name(delegation.senior), matters_line(delegation), f"{delegation.last_day:%Y 年 %-m 月 %-d 日}"
    )
