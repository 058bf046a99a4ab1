"""The files that a check is given: named, or found in folders. Nothing that is no plain file is opened."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from auditstrap.cli.console import Failure
from auditstrap.cli.files import STDIN, reason

LARGEST: Final = 16 * 2**20
STDIN_NAME: Final = "<stdin>"
_NOT_ENTERED: Final = frozenset({"node_modules", "__pycache__"})
_BOMS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(slots=True)
class Inputs:
    """Texts by path as the user would name them, and what was passed over and why."""

    texts: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)


def collect(paths: list[str]) -> Inputs:
    """Everything under these paths. Raises Failure for a named path that cannot be read."""
    inputs = Inputs()
    for path in paths:
        if path == STDIN:
            _take(STDIN_NAME, sys.stdin.buffer.read(LARGEST + 1), inputs)
        elif os.path.isdir(path):  # noqa: PTH112 - the path as it was written
            for found in _files(path, inputs):
                _read(found, inputs)
        else:
            _read(path, inputs)
            if why := inputs.skipped.get(path):
                raise Failure(f"{path} cannot be checked: {why}")
    return inputs


def _files(root: str, inputs: Inputs) -> Iterator[str]:
    """The files under a folder in order; links to folders are not followed."""

    def unreadable(error: OSError) -> None:
        inputs.skipped[str(error.filename)] = f"the folder cannot be read: {reason(error)}"

    for folder, folders, names in os.walk(root, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_ENTERED)
        for name in sorted(names):
            yield os.path.join(folder, name)  # noqa: PTH118 - the path as it was written


def _read(path: str, inputs: Inputs) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                inputs.skipped[path] = "it is no plain file"
                return
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        inputs.skipped[path] = f"it cannot be read: {reason(error) if isinstance(error, OSError) else error}"
        return
    _take(path, data, inputs)


def _take(path: str, data: bytes, inputs: Inputs) -> None:
    if len(data) > LARGEST:
        inputs.skipped[path] = f"it is larger than {LARGEST // 2**20} MiB, the most that is read"
        return
    try:
        inputs.texts[path] = data.decode(_BOMS.get(data[:2], "utf-8"))
    except UnicodeDecodeError:
        inputs.skipped[path] = "it is not text in UTF-8"


def base_name(path: str) -> str:
    """The last part of a path."""
    return Path(path).name
