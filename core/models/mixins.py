"""Abstract pieces that models of every room share."""

from django.db import models

from core import clock


class TimeStamped(models.Model):
    """When the row was made and last saved, by the project's one clock."""

    created_at = models.DateTimeField("创建时间", default=clock.now, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    class Meta:
        abstract = True
