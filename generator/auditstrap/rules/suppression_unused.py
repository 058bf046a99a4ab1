"""A suppression of nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.suppressions import Suppression
from auditstrap.problems import quoted
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule


def check(suppression: Suppression, context: Context) -> Iterator[Fault]:
    """A fault for each rule that is named without a finding of it."""
    del context
    for name in suppression.unused:
        message = f"there is no finding of {quoted(name)} here that this would suppress; take it out"
        yield Fault(Severity.HYGIENE, suppression.place, message)


_TYPE: Final = "    pathType: File\n"
_UNTYPED: Final = changed(KUBEADM, _TYPE, "")
_ENTRY: Final = "  - name: audit-policy\n"
_COMMENT: Final = "  # auditstrap: ignore[policy-mount-type] the image brings the file\n"

RULE: Final = Rule(
    id="suppression-unused",
    of=Suppression,
    severities=(Severity.HYGIENE,),
    check=check,
    what="A comment suppresses a rule that finds nothing there.",
    why="It would hide the finding that comes later, for a reason that was given for another one.",
    wrong=changed(KUBEADM, _ENTRY, _COMMENT + _ENTRY),
    right=changed(_UNTYPED, _ENTRY, _COMMENT + _ENTRY),
    sources=(),
)
