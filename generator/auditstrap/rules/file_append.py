"""A policy that is appended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Edit, Fault, Fix, Severity
from auditstrap.observed.model import Delivery
from auditstrap.rules.support.examples import CLOUD_CONFIG, changed
from auditstrap.rules.support.rule import Context, Rule


def check(delivery: Delivery, context: Context) -> Iterator[Fault]:
    """A fault for each policy that is added to what a file has."""
    del context
    for file in delivery.files:
        if file.append is not None and file.text is not None and "audit.k8s.io" in file.text.content:
            message = (
                "the policy is appended: when it is written again it stands there twice; without append it is replaced"
            )
            fix = Fix("replace the file", (Edit(file.append, "false"),)) if file.append.inner_line is None else None
            yield Fault(Severity.HYGIENE, file.append, message, fix=fix)


RULE: Final = Rule(
    id="file-append",
    of=Delivery,
    severities=(Severity.HYGIENE,),
    check=check,
    what="A policy is written with append.",
    why="cloud-init writes again on a new instance id, as from a snapshot: keys are then there twice, "
    "and the last ones count.",
    wrong=changed(CLOUD_CONFIG, '  permissions: "0600"\n', '  permissions: "0600"\n  append: true\n'),
    right=CLOUD_CONFIG,
    sources=("cloudinit/config/cc_write_files.py",),
)
