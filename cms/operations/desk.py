"""The editors' desk as this house wants it: Chinese names, and editors who may publish."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Task, Workflow

from accounts.enums import Role

ENGLISH = "Moderators approval"
CHINESE = "页面审核"
ROOT_TITLE = "全部页面"


@transaction.atomic
def arrange_desk() -> None:
    """Rename what Wagtail's own migrations leave in English, let editors publish pages, and let those who run academies
    upload photographs of them. Safe to run again.
    """
    for model in (Workflow, Task):
        if not model.objects.filter(name=CHINESE).exists():
            model.objects.filter(name=ENGLISH).update(name=CHINESE)
    root = Page.get_first_root_node()
    if root and root.title == "Root":
        Page.objects.filter(pk=root.pk).update(title=ROOT_TITLE, draft_title=ROOT_TITLE)
    editors = Group.objects.filter(name=Role.EDITOR).first()
    publish = Permission.objects.filter(content_type__app_label="wagtailcore", codename="publish_page").first()
    if root and editors and publish:
        GroupPagePermission.objects.get_or_create(group=editors, page=root, permission=publish)
    _share_pictures()


def _share_pictures() -> None:
    """Wagtail gives rights on pictures by collection, to its own two groups only."""
    collection = Collection.get_first_root_node()
    rights = Permission.objects.filter(
        content_type__app_label="wagtailimages", codename__in=["add_image", "choose_image"]
    )
    if collection is None:
        return
    for group in Group.objects.filter(name__in=[Role.CITY, Role.BANNER, Role.SITE]):
        for right in rights:
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=right)
