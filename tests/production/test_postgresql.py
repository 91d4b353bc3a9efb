"""The same rules on PostgreSQL: tests about claims, publication, constraints and places run there a second time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.servers import postgresql

SAME_RULES = [
    "tests/media_pipeline/test_operations_jobs.py",
    "tests/media_pipeline/test_operations_publish.py",
    "tests/media_pipeline/test_models_constraints.py",
    "tests/places",
    "tests/courses/test_sessions_overlap.py",
    "tests/courses/test_operations_scheduling.py",
    "tests/courses/test_operations_activities.py",
    "tests/accounts/test_operations_codes.py",
    "tests/accounts/test_operations_audit.py",
    "tests/accounts/test_operations_cards.py",
    "tests/accounts/test_operations_circumstances.py",
    "tests/accounts/test_operations_delegations.py",
    "tests/accounts/test_operations_kiosks.py",
    "tests/accounts/test_operations_registration.py",
    "tests/accounts/test_codes_at_once.py",
    "tests/courses/test_models_editions.py",
    "tests/courses/test_operations_editions.py",
    "tests/courses/test_operations_carrying.py",
    "tests/courses/test_flip_readers.py",
    "tests/courses/test_operations_enrolling.py",
    "tests/courses/test_operations_waiting.py",
    "tests/courses/test_operations_lotteries.py",
    "tests/courses/test_enrolment_at_once.py",
    "tests/courses/test_operations_progress.py",
    "tests/courses/test_operations_reports.py",
    "tests/courses/test_queries_progress.py",
]


def test_jobs_publication_constraints_and_places_hold_on_postgresql(tmp_path: Path) -> None:
    with postgresql() as url:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "YINLING_"))}
        argv = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "--basetemp",
            str(tmp_path / "pytest"),
            "-p",
            "no:xdist",
            *SAME_RULES,
        ]
        done = subprocess.run(
            argv,
            env={**environment, "DATABASE_URL": url},
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
