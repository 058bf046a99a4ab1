"""Where built tools are kept: in the user's cache folder, each built once and only ever seen complete."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def root() -> Path:
    """The cache folder of these tests, made where it is missing."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home) / "auditstrap-conformance"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Only one test process at a time is inside, for each name."""
    with (root() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def built_once(name: str, recipe: str, build: Callable[[Path], None]) -> Path:
    """The folder that ``build`` fills; another recipe is another folder.

    Several test processes may ask at once: one builds in a folder aside, the others wait for its rename.
    """
    folder = root() / f"{name}-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}"
    with alone(folder.name):
        if not folder.is_dir():
            aside = folder.with_name(f"{folder.name}.partial")
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            build(aside)
            aside.rename(folder)
    return folder
