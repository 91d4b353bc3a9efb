"""A worker without a broker: `python -m scripts.bench.worker --queue QUEUE` works until it is ended and says a line
when it is up; `--step ID` does one step and prints its peak memory in bytes as JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import time

import django

django.setup()

from media_pipeline.enums import StepState  # noqa: E402 models need the set-up
from media_pipeline.models import Step  # noqa: E402
from media_pipeline.operations.jobs import claim_step, worker_name  # noqa: E402
from media_pipeline.operations.work import attempt_step, work_next  # noqa: E402


def work_on(queue: str) -> None:
    print("up", flush=True)
    while True:
        if not work_next(queue=queue):
            time.sleep(0.05)


def do_step(pk: int) -> None:
    """Do this step whatever its turn."""
    others = Step.objects.exclude(pk=pk).filter(state=StepState.READY)
    held = list(others.values_list("pk", flat=True))
    others.update(state=StepState.WAITING)
    step = claim_step(queue=None, worker=worker_name())
    assert step is not None
    assert step.pk == pk
    attempt_step(step)
    Step.objects.filter(pk__in=held).update(state=StepState.READY)
    step.refresh_from_db()
    told = {
        "done": step.state == StepState.DONE,
        "own": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "children": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    }
    print(json.dumps(told))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--queue")
    parser.add_argument("--step", type=int)
    asked = parser.parse_args()
    if asked.queue:
        work_on(asked.queue)
    else:
        do_step(asked.step)


if __name__ == "__main__":
    main()
