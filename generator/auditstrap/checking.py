"""``check``: every finding in a set of files that are given together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from auditstrap.findings import Examined, Fault, Finding, Report, Skipped, in_order
from auditstrap.kubernetes.versions import parse_version
from auditstrap.observed.bundles import shared_subjects
from auditstrap.observed.model import Findable
from auditstrap.observed.recognise import recognise
from auditstrap.rules import RULES
from auditstrap.rules.support.rule import Context, Rule


@dataclass(frozen=True, slots=True)
class Options:
    """How to check. ``kubernetes`` is a version (``1.37``) to judge everything by, None to go by the files.

    ``select`` None is every rule; ``ignore`` takes ids away from that.
    """

    kubernetes: str | None = None
    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    pedantic: bool = False


def check(sources: Iterable[tuple[str, str]], options: Options = Options()) -> Report:
    """Every finding in these files, (path, text) each, that are judged together.

    Raises ValueError for a Kubernetes version that is not known. Anything wrong with the texts is a finding.
    """
    checking = _Checking(options)
    files = [(path, checking.judged(path, text)) for path, text in sources]
    for subject in shared_subjects(files):
        checking.judge(subject)
    return Report(
        findings=in_order(checking.findings),
        examined=tuple(sorted({Examined(path, kind) for path, found in files for kind in found.kinds})),
        skipped=tuple(sorted(Skipped(path, reason) for path, found in files for reason in found.skipped)),
        defects=tuple(checking.defects),
    )


class _Checking:
    """One check: what it has found so far. A defect of a rule or a reader costs its own answer only."""

    def __init__(self, options: Options) -> None:
        minor = parse_version(options.kubernetes).minor if options.kubernetes else None
        self._context = Context(minor, pedantic=options.pedantic)
        self._rules = [rule for rule in RULES if _wanted(rule.id, options)]
        self.findings: list[Finding] = []
        self.defects: list[str] = []

    def judged(self, path: str, text: str) -> Findable:
        """What a file holds, after the rules that need nothing else have run."""
        found = self._read(path, text)
        for subject in found.own_subjects():
            self.judge(subject)
        found.settle()
        return found

    def judge(self, subject: object) -> None:
        """Run every rule that looks at such a subject."""
        for rule in self._rules:
            if isinstance(subject, rule.of):
                self.findings.extend(self._apply(rule, subject))

    def _read(self, path: str, text: str) -> Findable:
        try:
            return recognise(path, text)
        except Exception as error:  # noqa: BLE001 - the other files are still judged
            self.defects.append(_defect(path, "reading it", error))
            return Findable(skipped=["auditstrap failed on it"])

    def _apply(self, rule: Rule[Any], subject: object) -> Iterator[Finding]:
        try:
            yield from [_finding(rule, fault) for fault in rule.check(subject, self._context)]
        except Exception as error:  # noqa: BLE001 - the other rules are still run
            self.defects.append(_defect("", f"the rule {rule.id}", error))


def _wanted(rule: str, options: Options) -> bool:
    return (options.select is None or rule in options.select) and rule not in options.ignore


def _finding(rule: Rule[Any], fault: Fault) -> Finding:
    line = fault.place.inner_line
    message = fault.message if line is None else f"{fault.message} (line {line} inside)"
    return Finding(fault.place, rule.id, fault.severity, message, fault.related, fix=fault.fix, witness=fault.witness)


def _defect(path: str, what: str, error: Exception) -> str:
    where = f"{path}: " if path else ""
    return f"{where}{what} failed with {type(error).__name__}: {error}"
