"""What the courses room adds to the Wagtail admin, and to Wagtail's door for documents."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from core.models import SiteDocument
from courses.admin.viewsets import AcademyGroup, academy_group
from courses.queries.documents import may_fetch
from courses.views import desk_certificates
from courses.viewsets.catalogue import CatalogueViewSet, WishViewSet
from courses.viewsets.enrolment_rules import EnrolmentRuleViewSet
from courses.viewsets.group import CoursesGroup

register_snippet(CoursesGroup)
register_snippet(EnrolmentRuleViewSet)


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def certificate_urls() -> list[URLPattern]:
    return [path("certificates/<int:pk>/revoke/", desk_certificates.revoke, name="revoke_certificate")]


@hooks.register("before_serve_document")  # type: ignore[untyped-decorator]
def keep_documents_with_their_lessons(document: SiteDocument, request: HttpRequest) -> None:
    """To people who may not see the lesson, its documents aren't there."""
    if not may_fetch(request.user, document):
        raise Http404


@hooks.register("register_admin_viewset")  # type: ignore[untyped-decorator]
def register_academy() -> AcademyGroup:
    return academy_group


@hooks.register("register_admin_viewset")  # type: ignore[untyped-decorator]
def register_catalogue() -> list[Any]:
    return [CatalogueViewSet(), WishViewSet()]
