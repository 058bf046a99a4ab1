"""A Secret whose change rolls nothing out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import DeliveredFile, Delivery
from auditstrap.problems import quoted
from auditstrap.rules.support.examples import CONTROL_PLANE, POLICY, changed
from auditstrap.rules.support.rule import Context, Rule

_HASHED: Final = re.compile(r"(?=[a-z0-9]*[0-9])[a-z0-9]{5,}\Z")


def check(delivery: Delivery, context: Context) -> Iterator[Fault]:
    """A fault for each file of auditing from a Secret whose name does not end with a hash."""
    del context
    for file in delivery.files:
        if file.secret is not None and _is_of_auditing(file):
            name, place = file.secret
            if not _HASHED.search(name.rpartition("-")[2]):
                message = (
                    f"the Secret {quoted(name)} has no hash of its content in its name: a new content "
                    "rolls out no machine"
                )
                yield Fault(Severity.HYGIENE, place, message)


def _is_of_auditing(file: DeliveredFile) -> bool:
    return "audit" in file.path.lower()


_FROM: Final = """\
      contentFrom:
        secret:
          name: {}
          key: policy.yaml
"""
_CONTENT: Final = "      content: |\n" + "".join(" " * 8 + line for line in POLICY.splitlines(keepends=True))

RULE: Final = Rule(
    id="secret-not-hashed",
    of=Delivery,
    severities=(Severity.HYGIENE,),
    check=check,
    what="A policy comes from a Secret whose name stays the same when its content changes.",
    why="Cluster API compares specs, not contents: the nodes keep the old policy until something else replaces them.",
    wrong=changed(CONTROL_PLANE, _CONTENT, _FROM.format("audit-policy")),
    right=changed(CONTROL_PLANE, _CONTENT, _FROM.format("audit-policy-1a2b3c4d")),
    sources=("Cluster API: controlplane/kubeadm/internal/filters.go",),
)
