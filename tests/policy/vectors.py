"""What upstream's own code says: policies it loads or refuses, requests it decides, URLs it takes apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from auditstrap.policy import Policy, Request

_FOLDER: Final = Path(__file__).parent / "vectors"

DECODE: Final[list[dict[str, Any]]] = json.loads((_FOLDER / "decode.json").read_text())["cases"]
EVALUATE: Final[list[dict[str, Any]]] = json.loads((_FOLDER / "eval.json").read_text())["cases"]
REQUEST_INFO: Final[list[dict[str, Any]]] = [
    json.loads(line) for line in (_FOLDER / "requestinfo.jsonl").read_text().splitlines()
]


def as_upstream_shows(policy: Policy) -> dict[str, Any]:
    """A policy under the names of Go's internal type, with null for every empty list."""
    return {
        "Rules": [
            {
                "Level": rule.level,
                "Users": list(rule.users) or None,
                "UserGroups": list(rule.user_groups) or None,
                "Verbs": list(rule.verbs) or None,
                "Resources": [
                    {
                        "Group": entry.group,
                        "Resources": list(entry.resources) or None,
                        "ResourceNames": list(entry.resource_names) or None,
                    }
                    for entry in rule.resources
                ]
                or None,
                "Namespaces": list(rule.namespaces) or None,
                "NonResourceURLs": list(rule.non_resource_urls) or None,
                "OmitStages": list(rule.omit_stages) or None,
                "OmitManagedFields": rule.omit_managed_fields,
            }
            for rule in policy.rules
        ],
        "OmitStages": list(policy.omit_stages) or None,
        "OmitManagedFields": policy.omit_managed_fields,
    }


def without_empty_lists(shown: Any) -> Any:
    """The same, where upstream shows an empty list of its own."""
    if isinstance(shown, dict):
        return {key: without_empty_lists(value) for key, value in shown.items()}
    if isinstance(shown, list):
        return [without_empty_lists(item) for item in shown] or None
    return shown


def request_of(attributes: dict[str, Any]) -> Request:
    """A request by the attributes of a vector."""
    return Request(
        user=None if attributes["noUser"] else attributes["user"],
        groups=() if attributes["noUser"] else tuple(attributes["groups"]),
        verb=attributes["verb"],
        api_group=attributes["apiGroup"],
        api_version=attributes["apiVersion"],
        resource=attributes["resource"],
        subresource=attributes["subresource"],
        namespace=attributes["namespace"],
        name=attributes["name"],
        resource_request=attributes["resourceRequest"],
        path=attributes["path"],
    )
