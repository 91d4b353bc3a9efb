"""One log format for web, workers and commands: structlog, to standard error, JSON on demand.

Personal data has no place in a log: `drop_personal` removes the values of keys known to hold it, and masks whatever
looks like a mainland mobile number inside a message.
"""

from __future__ import annotations

import logging
import logging.config
import re
from collections.abc import Mapping

import structlog
from structlog.typing import EventDict, WrappedLogger

PERSONAL_KEYS = frozenset({"phone", "phone_number", "password", "code", "token", "id_number", "address"})
# Eleven digits, whoever typed them and however: with a country code, spaces or hyphens, full-width.
MOBILE = re.compile(r"(?<!\d)(?:[+＋]?86[\s-]?)?[1１]\d{2}(?:[\s-]?\d{4}){2}(?!\d)")
MASK = "1**********"
DEEPEST = 6


def drop_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask personal values before anything is written, however deep they lie."""
    for key, value in event.items():
        if key not in LOG_RECORD_KEYS:
            event[key] = masked(key, value)
    return event


# The standard library's record and arguments, which the formatter has already made into `event`, and exceptions,
# which become text before the second pass.
LOG_RECORD_KEYS = frozenset({"_record", "_from_structlog", "exc_info", "timestamp"})


def masked(key: object, value: object, depth: int = 0) -> object:
    """`value` with personal data taken out. Objects other than texts, numbers and containers are left alone."""
    kept = value
    if key in PERSONAL_KEYS:
        kept = "***"
    elif isinstance(value, str):
        kept = MOBILE.sub(MASK, value)
    elif isinstance(value, bytes):
        kept = MOBILE.sub(MASK, value.decode("utf-8", "replace"))
    elif isinstance(value, int):
        kept = MASK if MOBILE.fullmatch(str(value)) else value
    elif depth < DEEPEST and isinstance(value, Mapping):
        kept = {name: masked(name, item, depth + 1) for name, item in value.items()}
    elif depth < DEEPEST and isinstance(value, (list, tuple, set, frozenset)):
        kept = [masked(None, item, depth + 1) for item in value]
    return kept


def logging_config(*, level: str, json: bool) -> None:
    """Set up the standard library's logging and structlog to write the same lines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.PositionalArgumentsFormatter(),
        drop_personal,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info,
                        drop_personal,
                        renderer,
                    ],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                "django.server": {"level": "WARNING"},
                "kombu": {"level": "ERROR"},
                "django_tasks": {"level": "WARNING"},
                "weasyprint": {"level": "ERROR"},
                "fontTools": {"level": "WARNING"},
                "celery.beat": {"level": "WARNING"},
                "celery.worker.strategy": {"level": "WARNING"},
                "celery.app.trace": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
