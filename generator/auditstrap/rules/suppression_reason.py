"""A suppression without a reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.suppressions import Suppression
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule


def check(suppression: Suppression, context: Context) -> Iterator[Fault]:
    """One fault where nothing stands behind the brackets."""
    del context
    if not suppression.reason:
        message = "this suppression gives no reason; write why the finding is as it should be behind the brackets"
        yield Fault(Severity.HYGIENE, suppression.place, message)


_UNTYPED: Final = changed(KUBEADM, "    pathType: File\n", "")
_ENTRY: Final = "  - name: audit-policy\n"
_COMMENT: Final = "  # auditstrap: ignore[policy-mount-type]"

RULE: Final = Rule(
    id="suppression-reason",
    of=Suppression,
    severities=(Severity.HYGIENE,),
    check=check,
    what="A comment suppresses a rule and does not say why.",
    why="Whoever reads it later cannot tell whether the reason still holds.",
    wrong=changed(_UNTYPED, _ENTRY, _COMMENT + "\n" + _ENTRY),
    right=changed(_UNTYPED, _ENTRY, _COMMENT + " the image brings the file\n" + _ENTRY),
    sources=(),
)
