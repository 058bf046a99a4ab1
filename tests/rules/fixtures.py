"""The fixtures of the rules: ``<rule>/{good,bad}_<what>.yaml``, or a folder of that name for several files.

A bad one has what the check says about it beside it (``.out``). ``python -m tests.rules.fixtures`` writes those anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from auditstrap.checking import Options, check
from auditstrap.findings import Report
from auditstrap.rules import BY_ID

ROOT: Final = Path(__file__).parent


class Fixture(NamedTuple):
    rule: str
    path: Path

    @property
    def is_good(self) -> bool:
        return self.path.name.startswith("good_")

    @property
    def expected(self) -> Path:
        return self.path.with_name(f"{self.path.stem}.out")

    def report(self) -> Report:
        files = sorted(self.path.rglob("*")) if self.path.is_dir() else [self.path]
        root = self.path if self.path.is_dir() else self.path.parent
        texts = [(str(file.relative_to(root)), file.read_bytes().decode()) for file in files if file.is_file()]
        return check(texts, Options(pedantic=BY_ID[self.rule].pedantic))

    def output(self) -> str:
        return "".join(
            f"{finding.path}:{finding.start.line}:{finding.start.column}: "
            f"{finding.severity}[{finding.rule}] {finding.message}\n"
            for finding in self.report().findings
        )


def fixtures() -> Iterator[Fixture]:
    for folder in sorted(path for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("__")):
        for path in sorted(folder.iterdir()):
            if path.suffix != ".out":
                yield Fixture(folder.name, path)


if __name__ == "__main__":
    for fixture in fixtures():
        if not fixture.is_good:
            fixture.expected.write_text(fixture.output())
