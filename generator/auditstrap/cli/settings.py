"""What a project says about its checks: ``.auditstrap.yaml``, or ``[tool.auditstrap]`` in pyproject.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from auditstrap.cli.console import Failure
from auditstrap.problems import unknown

FILE: Final = ".auditstrap.yaml"
_PYPROJECT: Final = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of ``check`` that a file may give; those of the command line come before them."""

    kubernetes_version: str | None = None
    profile: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    strict: bool = False
    pedantic: bool = False
    baseline: str | None = None


_TYPES: Final[dict[str, tuple[type, str]]] = {
    "kubernetes-version": (str, "a string"),
    "profile": (str, "a string"),
    "select": (list, "a list of rules"),
    "ignore": (list, "a list of rules"),
    "strict": (bool, "true or false"),
    "pedantic": (bool, "true or false"),
    "baseline": (str, "the path of a file"),
}


def settings(folder: Path) -> Settings:
    """The settings of the nearest folder, from this one upward, that has some. Raises Failure with a sentence."""
    for place in (folder, *folder.parents):
        for name, read in ((FILE, _yaml), (_PYPROJECT, _toml)):
            path = place / name
            found = read(path) if path.is_file() else None
            if found is not None:
                return _checked(path, found)
    return Settings()


def _yaml(path: Path) -> Any:  # noqa: ANN401 - what the file holds
    from auditstrap.source import SourceError, documents, plain  # noqa: PLC0415 - only where there is one

    try:
        root = next((document.root for document in documents(path.read_text(encoding="utf-8"))), None)
        return {} if root is None else plain(root)
    except (OSError, UnicodeDecodeError, SourceError) as error:
        raise Failure(f"{path} cannot be read: {error}") from None


def _toml(path: Path) -> Any:  # noqa: ANN401 - what the file holds
    try:
        text = path.read_text(encoding="utf-8")
        return tomllib.loads(text).get("tool", {}).get("auditstrap") if "auditstrap" in text else None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, AttributeError) as error:
        raise Failure(f"{path} cannot be read: {error}") from None


def _checked(path: Path, found: Any) -> Settings:  # noqa: ANN401 - what the file holds
    if not isinstance(found, dict):
        raise Failure(f"{path}: a mapping of settings is allowed: {', '.join(_TYPES)}")
    wrong = [_wrong(name, value) for name, value in found.items()]
    if problems := [f"{path}: {sentence}" for sentence in wrong if sentence]:
        raise Failure(*problems)
    baseline = found.get("baseline")
    return Settings(
        kubernetes_version=found.get("kubernetes-version"),
        profile=found.get("profile"),
        select=tuple(found.get("select", ())),
        ignore=tuple(found.get("ignore", ())),
        strict=found.get("strict", False),
        pedantic=found.get("pedantic", False),
        baseline=str(path.parent / baseline) if baseline else None,
    )


def _wrong(name: object, value: object) -> str | None:
    if name not in _TYPES:
        return unknown("setting", str(name), _TYPES)
    kind, allowed = _TYPES[str(name)]
    items = value if isinstance(value, list) else []
    fits = isinstance(value, kind) and all(isinstance(item, str) for item in items)
    return None if fits else f"{name}: {allowed} is allowed"
