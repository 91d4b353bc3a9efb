"""Who may fetch a document that lessons hand out."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from wagtail.models import ReferenceIndex

from accounts.access import Viewer
from core.models import SiteDocument
from courses.enums import Audience
from courses.models import Lesson


def _lessons_with(document: SiteDocument) -> QuerySet[Lesson]:
    kept = ReferenceIndex.get_references_to(document).filter(
        base_content_type=ContentType.objects.get_for_model(Lesson)
    )
    return Lesson.objects.filter(pk__in=[int(key) for key in kept.values_list("object_id", flat=True)])


def may_fetch(viewer: Viewer, document: SiteDocument) -> bool:
    """A document follows the lessons that hand it out: for learners only where no public lesson has it, and for
    editors alone while none of them is published. One that no lesson names is not this room's business.
    """
    if viewer.has_perm("wagtaildocs.change_document") or viewer.has_perm("core.change_sitedocument"):
        return True
    audiences = {
        (audience, live and course_live)
        for audience, live, course_live in _lessons_with(document).values_list("audience", "live", "course__live")
    }
    shown = {audience for audience, is_shown in audiences if is_shown}
    return not audiences or Audience.PUBLIC in shown or (bool(shown) and viewer.is_authenticated)
