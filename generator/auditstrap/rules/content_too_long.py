"""Contents that their carrier does not take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import Delivery
from auditstrap.rules.support.examples import CONTROL_PLANE, changed
from auditstrap.rules.support.rule import Context, Rule


def check(delivery: Delivery, context: Context) -> Iterator[Fault]:
    """A fault for each content with more characters than the carrier allows."""
    del context
    most = delivery.most_characters
    for file in delivery.files if most is not None else ():
        if file.content_length is not None and most is not None and file.content_length > most and file.content_place:
            message = (
                f"the content has {file.content_length} characters; {most} are allowed: use gzip+base64, "
                "or a Secret by contentFrom"
            )
            yield Fault(Severity.FATAL, file.content_place, message)


RULE: Final = Rule(
    id="content-too-long",
    of=Delivery,
    severities=(Severity.FATAL,),
    check=check,
    what="The content of a file is longer than its carrier allows.",
    why="Cluster API refuses the object: nothing is created or changed.",
    wrong=changed(
        CONTROL_PLANE, "        - level: Metadata\n", f"        # {'long ' * 2100}\n        - level: Metadata\n"
    ),
    right=CONTROL_PLANE,
    sources=("Cluster API: api/bootstrap/kubeadm/v1beta2/kubeadmconfig_types.go",),
)
