"""Text from the templates folder: scripts and comments. Structured files are built as data, never from here."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from auditstrap.resources import template_root

if TYPE_CHECKING:
    from jinja2 import Environment


def render_text(template: str, **values: object) -> str:
    """A template by its path under the templates folder, with these values; ``| sh`` quotes one for a shell.

    Raises jinja2.UndefinedError for a value that the template needs and that is not given.
    """
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415 - costs 40 ms

    environment = Environment(
        loader=FunctionLoader(_load),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - shell, not HTML; values are quoted by the sh filter
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["sh"] = shlex.quote
    return environment


def _load(name: str) -> tuple[str, str, Callable[[], bool] | None] | None:
    resource = template_root().joinpath(name)
    return (resource.read_text(encoding="utf-8"), str(resource), None) if resource.is_file() else None
