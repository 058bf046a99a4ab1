"""An owner who is not there yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import Delivery
from auditstrap.problems import quoted
from auditstrap.rules.support.examples import CLOUD_CONFIG, changed
from auditstrap.rules.support.rule import Context, Rule


def check(delivery: Delivery, context: Context) -> Iterator[Fault]:
    """A fault for each file that is owned by an account which the same cloud-config makes later."""
    del context
    for file in delivery.files:
        user = (file.owner or "").partition(":")[0]
        if user in delivery.users and user != "root" and not file.deferred and file.owner_place is not None:
            message = (
                f"the user {quoted(user)} is made after files are written: this entry fails, and so do "
                "all that follow; defer: true is allowed"
            )
            yield Fault(Severity.FATAL, file.owner_place, message)


RULE: Final = Rule(
    id="file-owner-unknown",
    of=Delivery,
    severities=(Severity.FATAL,),
    check=check,
    what="A file is given to a user that the same cloud-config makes.",
    why="Files are written before users are made. The entry fails and ends the list, kubeadm still runs, "
    "and files are missing.",
    wrong=changed(
        changed(CLOUD_CONFIG, "write_files:\n", "users:\n- name: audit\nwrite_files:\n"),
        "owner: root:root",
        "owner: audit:audit",
    ),
    right=CLOUD_CONFIG,
    sources=("cloudinit/config/cc_write_files.py", "config/cloud.cfg.tmpl of cloud-init: the order of modules"),
)
