"""Fixes as a diff, or written into the files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from auditstrap.cli.console import Failure
from auditstrap.cli.files import reason
from auditstrap.cli.inputs import STDIN_NAME


def diff(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    """The lines of a unified diff of every text that changed."""
    for path, text in sorted(after.items()):
        yield from unified_diff(before[path].splitlines(), text.splitlines(), path, path, lineterm="")


def write(texts: dict[str, str]) -> None:
    """Put each text in the place of its file, at once, with the mode that it has. Raises Failure with a sentence."""
    for path, text in sorted(texts.items()):
        if path == STDIN_NAME:
            raise Failure("standard input cannot be fixed; --diff shows what would change")
        try:
            _replace(Path(path).resolve(), text)
        except OSError as error:
            raise Failure(f"{path} cannot be written: {reason(error)}") from None


def _replace(path: Path, text: str) -> None:
    mode = path.stat().st_mode & 0o7777
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text.encode())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
