"""Text that a template engine meets on its way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import DeliveredFile, Delivery
from auditstrap.problems import quoted
from auditstrap.rules.support.examples import CONTROL_PLANE, changed
from auditstrap.rules.support.rule import Context, Rule

_JINJA: Final = re.compile(r"\{\{|\{%|\{#")
_RAW: Final = re.compile(r"\{%-?\s*raw\s*-?%\}")
_INTENDED: Final = re.compile(r"\{\{\s*(?:ds|v1)\.|\{\{\s*v1\b")
_BREAKS: Final = re.compile("[\x85\u2028\u2029]")


def check(delivery: Delivery, context: Context) -> Iterator[Fault]:
    """A fault for each file of auditing whose plain content Jinja would change or refuse."""
    del context
    for file in delivery.files:
        if delivery.templated and file.plain is not None and file.content_place and _matters(file):
            found = _JINJA.search(file.plain) or _BREAKS.search(file.plain)
            if found and not _RAW.search(file.plain) and not _INTENDED.search(file.plain):
                message = (
                    f"{file.path} has {quoted(found[0])}, and {delivery.templated} renders plain contents "
                    "by Jinja; an encoding, base64 for example, is safe"
                )
                yield Fault(Severity.FATAL, file.content_place, message)


def _matters(file: DeliveredFile) -> bool:
    return file.text is not None and ("audit.k8s.io" in file.text.content or "kubeadm.k8s.io" in file.text.content)


RULE: Final = Rule(
    id="template-in-content",
    of=Delivery,
    severities=(Severity.FATAL,),
    check=check,
    what="The plain content of a file that passes through Jinja has {{, {% or {# in it.",
    why="The whole user-data is ignored where it is no valid template, so that the machine never starts; "
    "a comment {# … #} vanishes.",
    wrong=changed(
        CONTROL_PLANE,
        "        - level: Metadata\n",
        "        # as {{ .Values.audit }} says\n        - level: Metadata\n",
    ),
    right=CONTROL_PLANE,
    sources=("Cluster API: bootstrap/kubeadm/internal/cloudinit/cloudinit.go", "cloudinit/handlers/jinja_template.py"),
)
