"""extraArgs of a kind patch in the other shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import KindPatch
from auditstrap.rules.support.examples import KIND, changed
from auditstrap.rules.support.rule import Context, Rule

_LISTS_SINCE: Final = 36


def check(patch: KindPatch, context: Context) -> Iterator[Fault]:
    """One fault for a list in a patch that is not pinned, or for a map in one of v1beta4."""
    if patch.args_place is None:
        return
    minors = context.minors_of(patch.minor)
    if not patch.api and patch.args_are_a_list and min(minors) < _LISTS_SINCE:
        message = (
            f"a list replaces the map that kind writes below 1.{_LISTS_SINCE}, and kubeadm refuses it; a "
            "map works everywhere"
        )
        yield Fault(Severity.FATAL, patch.args_place, message)
    elif patch.api == "v1beta4" and patch.args_are_a_list is False:
        message = "a map under v1beta4 is dropped by kind in silence; without an apiVersion it is applied"
        yield Fault(Severity.BLIND, patch.args_place, message)


_WRONG: Final = changed(
    changed(KIND, "      audit-policy-file: /etc", "    - name: audit-policy-file\n      value: /etc"),
    "      audit-log-path: /var",
    "    - name: audit-log-path\n      value: /var",
)
_ROTATION: Final = '      audit-log-maxage: "30"\n      audit-log-maxbackup: "10"\n      audit-log-maxsize: "100"\n'

RULE: Final = Rule(
    id="kind-patch-shape",
    of=KindPatch,
    severities=(Severity.FATAL, Severity.BLIND),
    check=check,
    what="A patch of kind's without an apiVersion has extraArgs as a list, or one of v1beta4 has them as a map.",
    why="kind converts a map where it must, and never a list: kubeadm then refuses the file, or the flags are lost.",
    wrong=changed(_WRONG, _ROTATION, ""),
    right=KIND,
    sources=("sigs.k8s.io/kind/pkg/internal/patch/kubeadm_merge.go",),
)
