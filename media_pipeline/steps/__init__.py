"""What each kind of step does. `run_step` is the only way in; it knows no queue and no Celery."""
