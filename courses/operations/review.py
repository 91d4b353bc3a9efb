"""课程审核: the workflow a teacher's draft goes through."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import GroupApprovalTask, Workflow, WorkflowContentType, WorkflowTask

from accounts.enums import Role
from courses.models import Course, Lesson

NAME = "课程审核"
TASK = "管理员审核"


@transaction.atomic
def ensure_review_workflow() -> None:
    """Make the workflow for courses and lessons, once. What an administrator changes later stays changed."""
    if Workflow.objects.filter(name=NAME).exists():
        return
    group, _ = Group.objects.get_or_create(name=Role.ADMIN)
    task = GroupApprovalTask.objects.create(name=TASK)
    task.groups.add(group)
    workflow = Workflow.objects.create(name=NAME)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    for model in (Course, Lesson):
        WorkflowContentType.objects.get_or_create(
            content_type=ContentType.objects.get_for_model(model), defaults={"workflow": workflow}
        )
