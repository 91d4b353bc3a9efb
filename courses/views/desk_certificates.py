"""Taking a certificate back, in the editors' desk."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from core.errors import Refusal
from courses.models import Certificate
from courses.operations.certificates import revoke_certificate


@permission_required("courses.revoke_certificate", raise_exception=True)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then take it back."""
    certificate = get_object_or_404(Certificate, pk=pk)
    refusal = None
    if request.method == "POST":
        try:
            revoke_certificate(
                certificate=certificate, by=cast("User", request.user), reason=request.POST.get("reason", "")
            )
        except Refusal as error:
            refusal = error.sentence
        else:
            messages.success(request, f"证书 {certificate.code} 已收回。扫码的人会看到它不再有效。")
            return redirect(reverse("wagtailsnippets_courses_certificate:list"))
    context = {"certificate": certificate, "refusal": refusal, "header_title": "收回证书"}
    return render(request, "courses/admin/revoke_certificate.html", context, status=422 if refusal else 200)
