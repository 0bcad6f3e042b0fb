"""Logs for the operator: one JSON line each on standard error, ids only, never a person's words."""

from __future__ import annotations

import logging
import sys
from traceback import extract_tb
from types import TracebackType

from bot.settings import Settings


def set_up(settings: Settings) -> None:
    """From here on every log line of ours has a level and a moment."""
    import structlog  # brings rich and asyncio with it: slow, and not needed without an error

    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def error(event: str, **values: object) -> None:
    """One line about what went wrong."""
    import structlog

    structlog.get_logger().error(event, **values)


def place_of(trace: TracebackType | None) -> str:
    """Where an error rose, the way that led there, without a value: `file:line` five deep."""
    frames = extract_tb(trace)[-5:]
    return " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames)
