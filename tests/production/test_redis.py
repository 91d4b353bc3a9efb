"""Redis as the broker: a nudge travels to a worker, and a source becomes ready by it."""

from __future__ import annotations

import pytest
from celery import current_app
from kombu import pools

from media_pipeline.enums import SourceState
from media_pipeline.models import Source
from tests.media_pipeline import clips
from tests.media_pipeline.factories import receive
from tests.media_pipeline.workers import until, worker
from tests.servers import redis


@pytest.mark.usefixtures("real_broker")
def test_an_upload_is_made_by_a_worker_behind_redis(child_environment: dict[str, str]) -> None:
    with redis() as url:
        before = current_app.conf.broker_url
        current_app.conf.update(broker_url=url, broker_transport_options={"visibility_timeout": 3600})
        pools.reset()
        current_app._pool = None
        try:
            with worker({**child_environment, "CELERY_BROKER_URL": url}):
                source = receive(clips.silent()).source
                until(
                    lambda: Source.objects.get(pk=source.pk).state == SourceState.READY,
                    seconds=180,
                    what="ready through Redis",
                )
        finally:
            current_app.conf.update(broker_url=before)
            pools.reset()
            current_app._pool = None
