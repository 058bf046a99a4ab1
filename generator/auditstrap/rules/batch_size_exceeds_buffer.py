"""Batches that are larger than the buffer they are taken from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.kubernetes.audit_flags import BY_NAME
from auditstrap.observed.flag_values import mode, whole_number
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.examples import KUBEADM, changed
from auditstrap.rules.support.rule import Context, Rule


def check(server: ApiServer, context: Context) -> Iterator[Fault]:
    """A fault for each backend in batch mode whose batches cannot fill."""
    minor = context.minor_of(server.minor)
    for backend, on in (("log", server.has_log()), ("webhook", server.has_webhook())):
        size, buffer = (f"audit-{backend}-batch-{what}-size" for what in ("max", "buffer"))
        flag, other = server.flag(size), server.flag(buffer)
        numbers = [
            whole_number(BY_NAME[name].default(minor) if given is None else given.value)
            for name, given in ((size, flag), (buffer, other))
        ]
        most, room = numbers
        place = flag or other
        if (
            on
            and place
            and mode(server, backend) == "batch"
            and most is not None
            and room is not None
            and most > room > 0
        ):
            related = (Related(other.place, f"the buffer holds {room}"),) if other and flag else ()
            message = (
                f"{size} is {most}, more than {buffer}, {room}: a batch never fills and waits for its "
                "time; as much or less is allowed"
            )
            yield Fault(Severity.HYGIENE, place.value_place, message, related)


RULE: Final = Rule(
    id="batch-size-exceeds-buffer",
    of=ApiServer,
    severities=(Severity.HYGIENE,),
    check=check,
    what="The largest batch has more events than the buffer has room for.",
    why="A batch is then never full: events wait for max-wait, and those that come meanwhile are dropped.",
    wrong=changed(
        KUBEADM,
        "  - name: audit-log-maxage\n",
        "  - name: audit-webhook-config-file\n    value: /etc/kubernetes/pki/audit-webhook.conf\n"
        '  - name: audit-webhook-batch-buffer-size\n    value: "100"\n  - name: audit-log-maxage\n',
    ),
    right=KUBEADM,
    sources=("k8s.io/apiserver/plugin/pkg/audit/buffered/buffered.go",),
)
