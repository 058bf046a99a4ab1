"""Audit events, and the requests that they are of.

Source: ``staging/src/k8s.io/apiserver/pkg/apis/audit/types.go``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditstrap.policy.request import Request

_METHODS: Final = {
    "list": "GET",
    "watch": "GET",
    "create": "POST",
    "update": "PUT",
    "deletecollection": "DELETE",
}


def events(text: str) -> Iterator[Mapping[str, Any]]:
    """The events of a log (one a line), of an EventList, or of a single event.

    Raises ValueError with a sentence for a text that is none of these.
    """
    for number, line in enumerate(_values(text), 1):
        listed = line.get("items") if isinstance(line, dict) else None
        for event in listed if isinstance(listed, list) else [line]:
            if not isinstance(event, dict) or not isinstance(event.get("requestURI"), str):
                raise ValueError(f"number {number} is no audit event: it has no requestURI")  # noqa: TRY004 - as of any text
            yield event


def _values(text: str) -> list[Any]:
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        pass
    except RecursionError:
        raise ValueError("it is nested too deep for an audit event") from None
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"it is no JSON: {error}") from None


def request_of(event: Mapping[str, Any]) -> Request:
    """The request as the policy saw it: before impersonation, and before a name came out of its body."""
    user = event.get("user")
    sender: Mapping[str, Any] = user if isinstance(user, dict) else {}
    verb, name = str(event.get("verb", "")), sender.get("username")
    groups = sender.get("groups")
    return Request.from_http(
        _METHODS.get(verb, verb.upper()),
        event["requestURI"],
        user=str(name) if name else None,
        groups=tuple(map(str, groups)) if isinstance(groups, list) else (),
    )
