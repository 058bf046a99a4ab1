"""Contents that do not decode."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import Delivery
from auditstrap.rules.support.examples import CLOUD_CONFIG, changed
from auditstrap.rules.support.rule import Context, Rule


def check(delivery: Delivery, context: Context) -> Iterator[Fault]:
    """A fault for each content that its encoding does not fit, and each encoding that its carrier does not know."""
    del context
    for file in delivery.files:
        if file.problem is not None:
            place, message = file.problem
            yield Fault(Severity.FATAL, place, f"{file.path}: {message}")


RULE: Final = Rule(
    id="file-encoding",
    of=Delivery,
    severities=(Severity.FATAL,),
    check=check,
    what="The content of a delivered file is not what its encoding says, is no text, or the encoding is not known.",
    why="The entry fails and ends the list: no later file is written, and kubeadm still runs.",
    wrong=changed(CLOUD_CONFIG, "  owner: root:root\n", "  owner: root:root\n  encoding: b64\n"),
    right=CLOUD_CONFIG,
    sources=("cloudinit/config/cc_write_files.py: extract_contents", "Cluster API: Encoding in kubeadmconfig_types.go"),
)
