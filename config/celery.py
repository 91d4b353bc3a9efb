"""The Celery application.

Queues: `play` (verdict and first playable), `bulk` (ladder), `default` (housekeeping), `quick` (short messages).
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("yinling")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
