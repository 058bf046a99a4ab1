"""A progress bar for what takes long, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

T = TypeVar("T")

_WORTH_SHOWING: Final = 100
"""Clusters that take about as long as a person notices."""


def tracked(items: Sequence[T], what: str) -> Iterator[T]:
    """The items, with a bar on standard error while they are used, if they are many and somebody is looking."""
    if len(items) < _WORTH_SHOWING or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console  # noqa: PLC0415 - costs 20 ms
    from rich.progress import track  # noqa: PLC0415 - the same

    yield from track(items, description=what, console=Console(stderr=True), transient=True)
