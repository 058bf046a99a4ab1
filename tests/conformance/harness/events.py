"""Audit events as kube-apiserver wrote them, beside what a policy is said to record."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.conformance.harness.traffic import Sent

from auditstrap.policy import Decision, Policy, Request, evaluate

Event = dict[str, Any]

_METHODS = {
    "list": "GET",
    "watch": "GET",
    "create": "POST",
    "update": "PUT",
    "deletecollection": "DELETE",
}


def logged(log: Path) -> list[Event]:
    """The events in a log, without a last line that is still being written."""
    if not log.exists():
        return []
    text, _, _ = log.read_bytes().rpartition(b"\n")
    return [json.loads(line) for line in text.splitlines()]


def stages_of(events: Iterable[Event], sent: Sent) -> list[str]:
    """The stages of a request that were recorded, in alphabetical order."""
    return sorted(event["stage"] for event in events if event["auditID"] == sent.audit_id)


def predicted_stages(policy: Policy, sent: Sent) -> list[str]:
    """The stages of a request that the policy records, in alphabetical order."""
    request = Request.from_http(sent.method, sent.path, user=sent.user, groups=sent.groups)
    decision = evaluate(policy, request)
    return [] if decision.level == "None" else sorted(sent.stages - set(decision.omit_stages))


def contradictions(policy: Policy, events: Iterable[Event]) -> list[str]:
    """What the policy would not have recorded, or not at that level; a line each."""
    return [found for event in events if (found := _contradiction(policy, event))]


def decided(policy: Policy, event: Event) -> Decision:
    """The policy's decision on the request that an event is of."""
    return evaluate(policy, _request(event))


def _request(event: Event) -> Request:
    user = event["user"]
    return Request.from_http(
        _METHODS.get(event["verb"], event["verb"].upper()),
        event["requestURI"],
        user=user.get("username"),
        groups=tuple(user.get("groups", ())),
    )


def _contradiction(policy: Policy, event: Event) -> str | None:
    request, decision = _request(event), decided(policy, event)
    if (
        request.verb == event["verb"]
        and decision.level == event["level"]
        and event["stage"] not in decision.omit_stages
    ):
        return None
    return f"predicted {request.verb} {decision}, recorded {json.dumps(event)[:600]}"
