"""Arrows point one way, and only the command line touches files and streams."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "generator" / "auditstrap"
MODULES = sorted(PACKAGE.rglob("*.py"))
DATA_OF_THE_PACKAGE = {"resources.py", "templating.py", "kubernetes/resources.py", "observed/pod_schema.py"}
"""Modules that read what is shipped with the package itself."""
TOUCHING = {
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "stdin",
    "stdout",
    "stderr",
    "environ",
    "exit",
}


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _part(path: Path) -> str:
    """The package or module at the top that a module belongs to."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "auditstrap":
            _, _, inside = node.module.partition(".")
            yield from [inside.partition(".")[0]] if inside else [name.name for name in node.names]


def _arrows() -> dict[str, set[str]]:
    arrows: dict[str, set[str]] = {}
    for path in MODULES:
        arrows.setdefault(_part(path), set()).update(part for part in _imports(path) if part != _part(path))
    return arrows


def test_no_part_needs_another_that_needs_it() -> None:
    assert len(list(TopologicalSorter(_arrows()).static_order())) > 20  # raises CycleError


def test_what_upstream_knows_needs_nothing_else() -> None:
    assert _arrows()["kubernetes"] == set()


def test_nothing_needs_the_command_line() -> None:
    assert {part for part, needed in _arrows().items() if "cli" in needed} == {"__main__"}


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if _part(path) != "cli" and str(path.relative_to(PACKAGE)) not in DATA_OF_THE_PACKAGE],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_a_module_outside_the_command_line_touches_no_file_and_no_stream(path: Path) -> None:
    names = {node.attr for node in ast.walk(_tree(path)) if isinstance(node, ast.Attribute)}
    names |= {
        node.func.id for node in ast.walk(_tree(path)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    presets = {"read_text"} if path.name == "presets.py" else set()
    assert names & TOUCHING <= presets
