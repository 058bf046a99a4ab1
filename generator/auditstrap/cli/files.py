"""Files: read with a bound, written all or none, each at once."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Final, Self

from auditstrap.cli.console import Failure
from auditstrap.fields import UserFile
from auditstrap.setup import Artifact
from auditstrap.yaml_text import HEADING

SPEC_NAME: Final = "auditstrap.yaml"
"""The spec that is written, and looked for, where none is named."""

STDIN: Final = "-"
LARGEST_SPEC: Final = 16 * 2**20
LARGEST_NAMED_FILE: Final = 4 * 2**20
LARGEST_CONTENT: Final = 64 * 2**20

_HEADING_LINES: Final = 5


def read_spec(path: str) -> str:
    """The text of a spec file, or of standard input for ``-``. Raises Failure with a sentence."""
    try:
        return _read(path, LARGEST_SPEC)
    except ValueError as error:
        raise Failure(str(error)) from None


def read_content(path: str) -> bytes:
    """The bytes of a file, or of standard input for ``-``. Raises Failure with a sentence."""
    try:
        content = _bytes(path, LARGEST_CONTENT)
    except ValueError as error:
        raise Failure(str(error)) from None
    if len(content) > LARGEST_CONTENT:
        raise Failure(f"{path} is larger than {LARGEST_CONTENT // 2**20} MiB, the most that is read")
    return content


def read_beside(spec: str, name: str) -> UserFile:
    """A file that a spec names, relative to the spec. Raises ValueError with a sentence."""
    path = str((Path() if spec == STDIN else Path(spec).parent) / name)
    return UserFile(path, _read(path, LARGEST_NAMED_FILE))


def _read(path: str, most: int) -> str:
    data = _bytes(path, most)
    if len(data) > most:
        raise ValueError(f"{path} is larger than {most // 2**20} MiB, the most that is read")
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not text in UTF-8: the byte at {error.start} belongs to no character") from None


def _bytes(path: str, most: int) -> bytes:
    try:
        if path == STDIN:
            return sys.stdin.buffer.read(most + 1)
        with Path(path).open("rb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode) or stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
                return file.read(most + 1)
            raise ValueError(f"{path} is neither a file nor a pipe")
    except IsADirectoryError:
        raise ValueError(f"{path} is a folder; the path of a file is allowed") from None
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {reason(error)}") from None


def reason(error: OSError) -> str:
    """What the system says, in its own words, without number and path."""
    return (error.strerror or type(error).__name__).lower()


class Folder:
    """An output folder. Only files that auditstrap wrote are overwritten, unless ``force``."""

    def __init__(self, root: Path, *, force: bool = False) -> None:
        self.root = root
        self._force = force

    def current(self, artifact: Artifact) -> bytes | None:
        """What stands at the artifact's place now; None where nothing does. Raises Failure."""
        path = self.root / artifact.path
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except NotADirectoryError:
            raise Failure(f"{path} cannot be there: a folder on the way to it is a file") from None
        except OSError as error:
            raise Failure(f"{path} cannot be read: {reason(error)}") from None

    def changed(self, artifacts: Iterable[Artifact]) -> list[Artifact]:
        """The artifacts that are not there with this content yet."""
        return [artifact for artifact in artifacts if self.current(artifact) != artifact.content]

    def stale(self, artifacts: Iterable[Artifact]) -> list[Path]:
        """Files that auditstrap wrote here, for this spec's clusters or others, and that are no artifact any more."""
        ours = {self.root / artifact.path for artifact in artifacts}
        fleet = any(path.parent != self.root for path in ours)
        folders = [self.root, *(path for path in _entries(self.root) if fleet and path.is_dir())]
        beside = [path for folder in folders for path in _entries(folder)]
        return [path for path in beside if path not in ours and path.is_file() and _is_ours(_start(path))]

    def write(self, artifacts: Iterable[Artifact]) -> list[Path]:
        """Write what has changed, all of it or nothing, and say where. Raises Failure with a sentence."""
        changed = self.changed(artifacts)
        self._refuse_foreign(changed)
        with _Undo() as undo:
            staged = [self._stage(artifact, undo) for artifact in changed]
            for temporary, path in staged:
                _put(temporary, path, undo)
            undo.forget()
        return [path for _, path in staged]

    def _refuse_foreign(self, artifacts: Iterable[Artifact]) -> None:
        contents = ((artifact, self.current(artifact)) for artifact in artifacts)
        foreign = [a for a, content in contents if content is not None and not _is_ours(content)]
        if foreign and not self._force:
            sentence = "was not written by auditstrap and would be overwritten; move it away, or use --force"
            raise Failure(*(f"{self.root / artifact.path} {sentence}" for artifact in foreign))

    def _stage(self, artifact: Artifact, undo: _Undo) -> tuple[Path, Path]:
        """Write an artifact beside its place, under a name of its own."""
        path = self.root / artifact.path
        try:
            for folder in reversed([parent for parent in (path.parent, *path.parent.parents) if not parent.exists()]):
                folder.mkdir()
                undo.folders.callback(_quietly, folder.rmdir)
            temporary = _beside(path, undo)
            temporary.write_bytes(artifact.content)
            temporary.chmod(artifact.mode)
        except OSError as error:
            raise _unwritable(path, error) from None
        return temporary, path


class _Undo:
    """What takes a write of several files back, in the order in which it can be."""

    def __init__(self) -> None:
        self.folders = contextlib.ExitStack()
        self.aside = contextlib.ExitStack()
        self.places = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.places.close()
        self.aside.close()
        self.folders.close()

    def forget(self) -> None:
        """Leave what was written; only what was put aside goes."""
        self.places.pop_all()
        self.folders.pop_all()


def _put(temporary: Path, path: Path, undo: _Undo) -> None:
    """Move a staged file to its place; what was there is kept aside until all of them are moved."""
    try:
        if path.exists():
            before = _beside(path, undo)
            shutil.copy2(path, before)
            undo.places.callback(_quietly, partial(before.replace, path))
        else:
            undo.places.callback(_quietly, path.unlink)
        temporary.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None


def _beside(path: Path, undo: _Undo) -> Path:
    """An empty file in the same folder, which goes when the write is over."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(descriptor)
    undo.aside.callback(_quietly, Path(name).unlink)
    return Path(name)


def _unwritable(path: Path, error: OSError) -> Failure:
    return Failure(f"{path} cannot be written: {reason(error)}")


def _quietly(action: Callable[[], object]) -> None:
    with contextlib.suppress(OSError):
        action()


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(1024)
    except OSError:
        return b""


def _is_ours(content: bytes) -> bool:
    return any(line == f"# {HEADING}".encode() for line in content.split(b"\n", _HEADING_LINES)[:_HEADING_LINES])
