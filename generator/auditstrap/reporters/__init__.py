"""How a report is written, one module for each format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Protocol

from auditstrap.findings import Report
from auditstrap.reporters import github_report, json_report, junit_report, sarif_report, text_report

Texts = Callable[[str], str | None]
"""The text of a file by its path, for the lines that are shown; None where it is not at hand."""


class Reporter(Protocol):
    """What a module of this package has."""

    @property
    def NAME(self) -> str: ...  # noqa: D102, N802

    def lines(self, report: Report, texts: Texts, *, colour: bool) -> Iterator[str]:
        """The lines of the output, without line breaks."""


REPORTERS: Final[tuple[Reporter, ...]] = (
    text_report,
    json_report,
    sarif_report,
    github_report,
    junit_report,
)
BY_NAME: Final = {reporter.NAME: reporter for reporter in REPORTERS}
