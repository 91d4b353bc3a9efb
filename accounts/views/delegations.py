"""委托: whom one lets help, whom one helps, switching to and back, and what others did for one."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import member_name
from accounts.acting import acting_of, start_acting, stop_acting
from accounts.acts import acts_of
from accounts.errors import ActingRefused
from accounts.forms.delegations import DelegationForm
from accounts.forms.members import mark_errors
from accounts.models import Delegation, User
from accounts.operations.delegations import accept_delegation, end_delegation, grant_delegation
from accounts.queries.delegations import delegation_of, find_delegate, given_lines, held_lines
from core.errors import Refusal

ACTS_A_PAGE = 30


@login_required
@never_cache
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Both directions on one page. One's own matter: whoever acts for somebody can't pass it on."""
    person = acting_of(request).person
    context = {"given": given_lines(person), "held": held_lines(person)}
    return render(request, "accounts/delegations.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest) -> HttpResponse:
    """Let somebody help."""
    senior = acting_of(request).person
    form = DelegationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            delegate = find_delegate(number=form.cleaned_data["number"], name=form.cleaned_data["name"])
            grant_delegation(senior=senior, delegate=delegate, **form.granted)
        except Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            name = member_name(delegate)
            messages.success(request, f"保存好了。{name}登录以后点“愿意”，就可以替您办了。您随时可以收回。")
            return redirect("accounts:delegations")
    mark_errors(form)
    return render(request, "accounts/delegation_new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The delegate is willing."""
    user = acting_of(request).person
    try:
        accept_delegation(delegation=_mine(pk, user), by=user)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, "好的。要替对方办事的时候，点“替……办事”。")
    return redirect("accounts:delegations")


@login_required
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Taken back by one, or laid down by the other: over at once. Also while acting: it takes only away."""
    user = cast("User", request.user)
    end_delegation(delegation=_mine(pk, user), by=user)
    messages.success(request, "已经停止，从现在起就不算了。")
    return redirect("accounts:delegations")


@login_required
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """替……办事."""
    try:
        start_acting(request, pk)
    except ActingRefused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("accounts:delegations")
    return redirect("accounts:me")


@login_required
@require_POST
def act_no_more(request: HttpRequest) -> HttpResponse:
    """回到自己."""
    stop_acting(request)
    return redirect("accounts:me")


@login_required
@never_cache
@require_GET
def acts(request: HttpRequest) -> HttpResponse:
    """谁替我办过什么."""
    person = acting_of(request).person
    page = Paginator(acts_of(person), ACTS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/acts.html", {"page": page})


def _mine(pk: int, user: User) -> Delegation:
    found = delegation_of(pk, user)
    if found is None:
        raise Http404
    return found
