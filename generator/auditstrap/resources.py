"""Where the templates are."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


@cache
def template_root() -> Traversable:
    """The templates folder: inside an installed wheel, or at the top of a checkout."""
    packaged = files("auditstrap") / "templates"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"
