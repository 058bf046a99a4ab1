"""An audit flag that kube-apiserver does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Edit, Fault, Fix, Severity
from auditstrap.kubernetes.audit_flags import BY_NAME
from auditstrap.observed.model import ApiServer, GivenFlag, intended, is_audit_flag
from auditstrap.problems import quoted
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """A fault for each flag that no minor which may be meant has."""
    minors = context.minors_of(server.minor)
    for flag in server.flags:
        if not is_audit_flag(flag.name):
            continue
        known = BY_NAME.get(flag.name)
        if known is None:
            yield Fault(Severity.FATAL, flag.name_place, _sentence(flag), fix=_fix(flag))
        elif not any(known.exists_in(minor) for minor in minors):
            history = f"removed in 1.{known.removed}" if known.removed else f"new in 1.{known.since}"
            message = f"kube-apiserver 1.{minors[-1]} has no flag {flag.name}, which was {history}; it does not start"
            yield Fault(Severity.FATAL, flag.name_place, message)


def _sentence(flag: GivenFlag) -> str:
    meant = intended(flag.name)
    if flag.name.startswith("-"):
        return (
            f"the name {quoted(flag.name)} begins with dashes, which come in addition to kubeadm's own; "
            f"{meant} is allowed"
        )
    if len(flag.name.split()) > 1:
        name, _, value = flag.name.partition(" ")
        return (
            f"{quoted(f'--{flag.name}')} is one argument, a flag with a space in its name; --{name}={value} is allowed"
        )
    hint = f'; did you mean "{meant}"?' if meant else ""
    return f"kube-apiserver has no flag {quoted(flag.name)} and does not start with it{hint}"


def _fix(flag: GivenFlag) -> Fix | None:
    """Only where the name has a place of its own: the name of an extraArg."""
    meant = intended(flag.name)
    if meant is None or flag.name_place == flag.value_place or flag.name_place.inner_line is not None:
        return None
    span = flag.name_place.span
    plain = span.start.line == span.end.line and span.end.column - span.start.column == len(flag.name)
    return Fix(f"name it {meant}", (Edit(flag.name_place, meant),)) if plain else None


RULE: Final = Rule(
    id="flag-unknown",
    of=ApiServer,
    severities=(Severity.FATAL,),
    check=check,
    what="An audit flag that the kube-apiserver of this minor does not have: misspelt, removed, or "
    "written with its value in one argument.",
    why="kube-apiserver ends with `unknown flag`, and the kubelet restarts it for ever.",
    wrong=changed(KUBEADM, "audit-log-maxage", "audit-log-max-age"),
    right=KUBEADM,
    sources=("k8s.io/apiserver/pkg/server/options/audit.go: AddFlags",),
)
