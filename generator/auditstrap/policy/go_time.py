"""``time.Parse`` for RFC 3339, as far as the errors go. Source: Go's ``src/time/format.go``."""

from __future__ import annotations

import calendar
import re
from typing import Final

from auditstrap.policy.go_format import quote

_LAYOUT: Final = "2006-01-02T15:04:05Z07:00"
_PARTS: Final = (
    ("2006", r"[0-9]{4}", None, ""),
    ("-", "-", None, ""),
    ("01", r"[0-9]{2}", range(1, 13), "month"),
    ("-", "-", None, ""),
    ("02", r"[0-9]{2}", range(1, 32), "day"),
    ("T", "T", None, ""),
    ("15", r"[0-9]{1,2}", range(24), "hour"),
    (":", ":", None, ""),
    ("04", r"[0-9]{2}", range(60), "minute"),
    (":", ":", None, ""),
    ("05", r"[0-9]{2}([.,][0-9]+)?", range(60), "second"),
    ("Z07:00", r"Z|[-+][0-9]{2}:[0-9]{2}", None, ""),
)
# The year 0, which Python's calendar does not have, was one.
_LEAP_YEAR: Final = 4


def rfc3339_error(text: str) -> str | None:
    """What ``time.Parse(time.RFC3339, text)`` complains about; None for a time."""
    rest, numbers = text, []
    for layout, pattern, limits, name in _PARTS:
        match = re.match(pattern, rest)
        if match is None:
            return _failed(text, f"cannot parse {quote(rest)} as {quote(layout)}")
        number = re.match("[0-9]+", match[0])
        if limits is not None and number is not None and int(number[0]) not in limits:
            return _failed(text, f"{name} out of range")
        if number is not None:
            numbers.append(int(number[0]))
        rest = rest[match.end() :]
    if rest:
        return _failed(text, f"extra text: {quote(rest)}")
    return None if _is_day(*numbers[:3]) else _failed(text, "day out of range")


def _failed(text: str, problem: str) -> str:
    if problem.startswith("cannot"):
        return f"parsing time {quote(text)} as {quote(_LAYOUT)}: {problem}"
    return f"parsing time {quote(text)}: {problem}"


def _is_day(year: int, month: int, day: int) -> bool:
    return day <= calendar.monthrange(year or _LEAP_YEAR, month)[1]
