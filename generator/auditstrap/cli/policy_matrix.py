"""``auditstrap policy matrix``."""

from __future__ import annotations

import json
from typing import Final

from auditstrap.cli.console import Console
from auditstrap.cli.policies import given_policy, minor_of
from auditstrap.policy.matrix import Cell, Matrix, matrix
from auditstrap.templating import render_text

_SHORT: Final = {"None": "none", "Metadata": "Meta", "Request": "Req", "RequestResponse": "ReqResp"}
_LEGEND: Final = (
    "none is nothing, Meta who and what, Req with the request's body, ReqResp with both bodies; a–b: from a to b"
)


def run(argument: str, version: str, layout: str) -> None:
    """Print the matrix as ``text``, ``markdown``, ``html`` or ``json``."""
    minor, given = minor_of(version), given_policy(argument)
    found = matrix(given.valid(minor), minor)
    shown = {"text": _text, "markdown": _markdown, "json": _json}.get(layout)
    text = shown(found) if shown else _html(found, given.name, minor)
    Console.stdout().stream.write(text)


def _short(cell: Cell) -> str:
    return "–".join(_SHORT[level] for level in dict.fromkeys((cell.levels[0], cell.levels[-1]))) if cell.levels else "?"


def _text(found: Matrix) -> str:
    """Columns under slanted heads would be unreadable in a pipe: each head is a numbered line instead."""
    heads = [f"{number:>2}  {title}" for number, title in enumerate(found.columns, 1)]
    width = max(len(title) for title, _ in found.rows)
    cells = [[_short(cell) for cell in row] for _, row in found.rows]
    wide = max(max(map(len, row)) for row in cells)
    numbers = "  ".join(f"{number:<{wide}}" for number in range(1, len(found.columns) + 1))
    lines = [f"{'':<{width}}  {numbers}".rstrip()]
    for (title, _), row in zip(found.rows, cells, strict=True):
        lines.append(f"{title:<{width}}  {'  '.join(f'{cell:<{wide}}' for cell in row)}".rstrip())
    return "\n".join([*heads, "", *lines, "", _LEGEND]) + "\n"


def _markdown(found: Matrix) -> str:
    lines = [f"| | {' | '.join(found.columns)} |", f"|---|{'---|' * len(found.columns)}"]
    lines += [f"| {title} | {' | '.join(map(str, row))} |" for title, row in found.rows]
    return "\n".join(lines) + "\n"


def _json(found: Matrix) -> str:
    rows = [
        {
            "requests": title,
            "levels": {who: cell.levels and list(cell.levels) for who, cell in zip(found.columns, row, strict=True)},
        }
        for title, row in found.rows
    ]
    return json.dumps({"columns": list(found.columns), "rows": rows}, indent=2, ensure_ascii=False) + "\n"


def _html(found: Matrix, name: str, minor: int) -> str:
    rows = [
        (title, [(str(cell), "undecided" if cell.levels is None else cell.levels[0].lower()) for cell in row])
        for title, row in found.rows
    ]
    return render_text("policy/matrix.html.j2", name=name, minor=minor, columns=found.columns, rows=rows)
