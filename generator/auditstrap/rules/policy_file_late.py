"""A policy that is there after it is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import Command, Delivery
from auditstrap.rules.support.examples import CLOUD_CONFIG, changed
from auditstrap.rules.support.rule import Context, Rule

_KUBEADM: Final = re.compile(r"\bkubeadm\s+(?:-\S+\s+)*(?:init|join)\b")
_WRITES: Final = r"(?:>|\btee\b|\bcp\b|\bmv\b|\binstall\b|\bcurl\b|\bwget\b|\bln\b)[^;&|]*{}"


def check(delivery: Delivery, context: Context) -> Iterator[Fault]:
    """A fault where kubeadm runs before the policy is written: from bootcmd, or before a command that writes it."""
    del context
    runs = next((command for command in delivery.commands if _KUBEADM.search(command.text)), None)
    policies = [file for file in delivery.files if file.text and "audit.k8s.io" in file.text.content]
    if runs is None:
        return
    for file in policies if runs.early else ():
        message = "kubeadm runs from bootcmd, before any file is written; run it from runcmd"
        yield Fault(Severity.FATAL, runs.place, message, (Related(file.path_place, "the policy is written here"),))
    late = delivery.commands[delivery.commands.index(runs) + 1 :]
    for command in late:
        if path := _policy_written(command, runs):
            message = f"{path} is written after kubeadm has run, which needs it; write it before"
            yield Fault(Severity.FATAL, command.place, message, (Related(runs.place, "kubeadm runs here"),))


def _policy_written(command: Command, runs: Command) -> str | None:
    """The path of an audit policy that a command writes; several commands of one script stand in one place."""
    del runs
    match = re.search(_WRITES.format(r"(/\S*audit\S*polic\S*\.ya?ml)"), command.text)
    return match[1].strip("'\"") if match else None


RULE: Final = Rule(
    id="policy-file-late",
    of=Delivery,
    severities=(Severity.FATAL,),
    check=check,
    what="kubeadm runs before the policy is on the node.",
    why="kube-apiserver is started by kubeadm and does not come up without its policy; kubeadm waits, and gives up.",
    wrong=changed(CLOUD_CONFIG, "runcmd:\n- kubeadm init", "bootcmd:\n- kubeadm init"),
    right=CLOUD_CONFIG,
    sources=("cloudinit/config/cc_bootcmd.py", "cloudinit/config/cc_write_files.py"),
)
