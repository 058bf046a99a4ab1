"""``check``: every finding in a set of files that are given together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from auditstrap.findings import Examined, Fault, Finding, Report, Skipped, in_order
from auditstrap.kubernetes.versions import parse_version
from auditstrap.observed.bundles import shared_subjects
from auditstrap.observed.model import Findable
from auditstrap.observed.recognise import recognise
from auditstrap.observed.suppressions import Suppression, suppressions
from auditstrap.problems import unknown
from auditstrap.profiles import BY_NAME as PROFILES_BY_NAME
from auditstrap.profiles import Profile
from auditstrap.rules import BY_ID, RULES
from auditstrap.rules.support.rule import Context, Rule


@dataclass(frozen=True, slots=True)
class Options:
    """How to check. ``kubernetes`` is a version (``1.37``) to judge everything by, None to go by the files.

    ``select`` None is every rule; ``ignore`` takes ids away from that. ``profile`` is the name of a benchmark.
    """

    kubernetes: str | None = None
    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    profile: str = "default"
    pedantic: bool = False


def check(sources: Iterable[tuple[str, str]], options: Options = Options()) -> Report:
    """Every finding in these files, (path, text) each, that are judged together.

    Raises ValueError for a Kubernetes version, or a profile, that is not known.
    Anything wrong with the texts is a finding.
    """
    checking = _Checking(options)
    files = [(path, checking.judged(path, text)) for path, text in sources]
    for subject in shared_subjects(files):
        checking.judge(subject)
    checking.suppress()
    return Report(
        findings=in_order(checking.findings),
        examined=tuple(sorted({Examined(path, kind) for path, found in files for kind in found.kinds})),
        skipped=tuple(sorted(Skipped(path, reason) for path, found in files for reason in found.skipped)),
        defects=tuple(checking.defects),
        notes=checking.notes,
    )


class _Checking:
    """One check: what it has found so far. A defect of a rule or a reader costs its own answer only."""

    def __init__(self, options: Options) -> None:
        minor = parse_version(options.kubernetes).minor if options.kubernetes else None
        profile = _profile(options.profile)
        self._context = Context(minor, profile.thresholds, controls=profile.controls)
        self._rules = [rule for rule in RULES if _wanted(rule, options) and rule.id not in profile.ignored]
        self._suppressions: list[Suppression] = []
        self.notes = (profile.note,) if profile.note else ()
        self.findings: list[Finding] = []
        self.defects: list[str] = []

    def judged(self, path: str, text: str) -> Findable:
        """What a file holds, after the rules that need nothing else have run."""
        found = self._read(path, text)
        for subject in found.own_subjects():
            self.judge(subject)
        found.settle()
        if found.kinds:
            self._suppressions.extend(suppressions(path, text))
        return found

    def judge(self, subject: object) -> None:
        """Run every rule that looks at such a subject."""
        for rule in self._rules:
            if isinstance(subject, rule.of):
                self.findings.extend(self._apply(rule, subject))

    def suppress(self) -> None:
        """Take out what comments suppress, and judge the comments."""
        told, running = list(self.findings), {rule.id for rule in self._rules}
        for suppression in self._suppressions:
            used = {finding.rule for finding in told if suppression.covers(finding.rule, finding.place)}
            self.findings = [f for f in self.findings if not suppression.covers(f.rule, f.place)]
            unused = tuple(name for name in suppression.rules if name not in used and _was_run(name, running))
            self.judge(replace(suppression, unused=unused))

    def _read(self, path: str, text: str) -> Findable:
        try:
            return recognise(path, text)
        except Exception as error:  # noqa: BLE001 - the other files are still judged
            self.defects.append(_defect(path, "reading it", error))
            return Findable(skipped=["auditstrap failed on it"])

    def _apply(self, rule: Rule[Any], subject: object) -> Iterator[Finding]:
        try:
            yield from [_finding(rule, fault, self._context) for fault in rule.check(subject, self._context)]
        except Exception as error:  # noqa: BLE001 - the other rules are still run
            self.defects.append(_defect("", f"the rule {rule.id}", error))


def _wanted(rule: Rule[Any], options: Options) -> bool:
    if rule.pedantic and not options.pedantic:
        return False
    return (options.select is None or rule.id in options.select) and rule.id not in options.ignore


def _was_run(name: str, running: set[str]) -> bool:
    """Whether a rule could have found something: one that is switched off is not unused."""
    return name in running or name not in BY_ID


def _profile(name: str) -> Profile:
    if name not in PROFILES_BY_NAME:
        raise ValueError(unknown("profile", name, PROFILES_BY_NAME))
    return PROFILES_BY_NAME[name]


def _finding(rule: Rule[Any], fault: Fault, context: Context) -> Finding:
    line = fault.place.inner_line
    message = fault.message if line is None else f"{fault.message} (line {line} inside)"
    controls = context.controls.get(rule.id, ())
    return Finding(
        fault.place, rule.id, fault.severity, message, fault.related, controls, fix=fault.fix, witness=fault.witness
    )


def _defect(path: str, what: str, error: Exception) -> str:
    where = f"{path}: " if path else ""
    return f"{where}{what} failed with {type(error).__name__}: {error}"
