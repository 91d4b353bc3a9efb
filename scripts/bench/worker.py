"""A worker of one queue without a broker: `python -m scripts.bench.worker QUEUE`. Says a line when it is up."""

from __future__ import annotations

import sys
import time

import django

django.setup()

from media_pipeline.operations.work import work_next  # noqa: E402 models need the set-up


def main() -> None:
    print("up", flush=True)
    while True:
        if not work_next(queue=sys.argv[1]):
            time.sleep(0.05)


if __name__ == "__main__":
    main()
