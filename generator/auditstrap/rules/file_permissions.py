"""Modes that are not what they look like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import DeliveredFile, Delivery
from auditstrap.rules.support.examples import CLOUD_CONFIG, changed
from auditstrap.rules.support.rule import Context, Rule

_WORLD_WRITABLE: Final = 0o002
_HIGHEST: Final = 0o777


def check(delivery: Delivery, context: Context) -> Iterator[Fault]:
    """A fault for each file of auditing or of kubeadm whose mode is not what was meant, or is open to all."""
    del context
    for file in delivery.files:
        if file.mode is None or file.mode_place is None:
            continue
        if file.mode_is_number and not _is_octal(file):
            message = f"the number is read as the mode {file.mode:04o}; write it in quotes, with a 0 in front"
            yield Fault(Severity.FATAL, file.mode_place, message)
        elif file.mode & _WORLD_WRITABLE and _matters(file):
            message = f"the mode {file.mode:04o} lets everybody on the node change {file.path}; 0600 is enough"
            yield Fault(Severity.HYGIENE, file.mode_place, message)


def _is_octal(file: DeliveredFile) -> bool:
    """A number with a leading 0 is octal in YAML 1.1, and right by luck."""
    return file.mode is not None and file.mode <= _HIGHEST and not file.mode_is_decimal


def _matters(file: DeliveredFile) -> bool:
    return file.text is not None and ("audit.k8s.io" in file.text.content or "kubeadm.k8s.io" in file.text.content)


RULE: Final = Rule(
    id="file-permissions",
    of=Delivery,
    severities=(Severity.FATAL, Severity.HYGIENE),
    check=check,
    what="The permissions of a delivered file are a decimal number, or let everybody write.",
    why="YAML reads 640 as a decimal number, mode 1200: the file is then readable by nobody but root, or "
    "executable, or worse.",
    wrong=changed(CLOUD_CONFIG, 'permissions: "0600"', "permissions: 640"),
    right=CLOUD_CONFIG,
    sources=("cloudinit/config/cc_write_files.py: decode_perms",),
)
