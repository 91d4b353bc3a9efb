"""The editors' desk as this house wants it: Chinese names, and editors who may publish."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupPagePermission, Page, Task, Workflow

from accounts.enums import Role

ENGLISH = "Moderators approval"
CHINESE = "页面审核"
ROOT_TITLE = "全部页面"


@transaction.atomic
def arrange_desk() -> None:
    """Rename what Wagtail's own migrations leave in English, and let editors publish pages. Safe to run again."""
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
