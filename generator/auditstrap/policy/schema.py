"""A JSON Schema of ``audit.k8s.io/v1 Policy``, with what an editor should say of each field.

It accepts what ``load`` takes without a warning and refuses what ``ValidatePolicy`` does, as far as a schema can tell.
"""

from __future__ import annotations

from typing import Any, Final

from auditstrap.policy.model import LEVELS, STAGES
from auditstrap.policy.validate import GROUP_PATTERN

Schema = dict[str, Any]

_LEVELS: Final = (
    "what is written of the requests that match: None nothing, Metadata who, what, when and from where, "
    "Request the body of the request too, RequestResponse both bodies"
)
_STAGES: Final = (
    "stages without an event: RequestReceived before the request is handled, ResponseStarted at the head of a long "
    "response (a watch) and at a failed authentication, ResponseComplete at the end, Panic"
)


def _strings(description: str, **items: Any) -> Schema:  # noqa: ANN401 - a schema's values
    return {"type": ["array", "null"], "description": description, "items": {"type": ["string", "null"], **items}}


def _stages() -> Schema:
    return {"type": ["array", "null"], "description": _STAGES, "items": {"enum": list(STAGES)}}


_GROUP_RESOURCES: Final[Schema] = {
    "type": ["object", "null"],
    "additionalProperties": False,
    "properties": {
        "group": {
            "type": ["string", "null"],
            "description": 'an API group without a version; "" or nothing is the core group, "*" every group from 1.36',
            "anyOf": [{"type": "null"}, {"enum": ["", "*"]}, {"maxLength": 253, "pattern": GROUP_PATTERN}],
        },
        "resources": _strings(
            "resources in the plural: pods without subresources, pods/log one of them, pods/* pods with all of them, "
            "*/status that of every resource, * everything; no other wildcard matches. None is all of the group"
        ),
        "resourceNames": _strings(
            "names of objects, letter by letter; a request to create or list has none. Needs resources"
        ),
    },
    "if": {
        "type": "object",
        "properties": {"resourceNames": {"type": "array", "minItems": 1}},
        "required": ["resourceNames"],
    },
    "then": {"properties": {"resources": {"type": "array", "minItems": 1}}, "required": ["resources"]},
}
_URL: Final[Schema] = {"type": "string", "pattern": r"^(\*|/[^*]*\*?)$"}
_FILLED: Final[Schema] = {"type": "array", "minItems": 1}
_RULE: Final[Schema] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["level"],
    "properties": {
        "level": {"enum": list(LEVELS), "description": _LEVELS},
        "users": _strings("names of users, letter by letter; the user before impersonation. None is everybody"),
        "userGroups": _strings("groups, one of which the user must be in, letter by letter"),
        "verbs": _strings(
            "verbs, letter by letter: create, get, list, watch, update, patch, delete, deletecollection; for URLs the "
            "method in small letters. There is no wildcard: leave the field out for all verbs"
        ),
        "resources": {"type": ["array", "null"], "description": "resources by group", "items": _GROUP_RESOURCES},
        "namespaces": _strings('namespaces, letter by letter; "" is cluster-wide, as a list across all namespaces is'),
        "nonResourceURLs": {
            "type": ["array", "null"],
            "description": "URL paths of requests for no resource: /healthz, or /healthz* with a star at the end",
            "items": _URL,
        },
        "omitStages": _stages(),
        "omitManagedFields": {
            "type": ["boolean", "null"],
            "description": "whether bodies are written without metadata.managedFields; overrides that of the policy",
        },
    },
    "not": {
        "required": ["nonResourceURLs"],
        "properties": {"nonResourceURLs": _FILLED},
        "anyOf": [{"required": [field], "properties": {field: _FILLED}} for field in ("resources", "namespaces")],
    },
}


def json_schema() -> Schema:
    """A JSON Schema (draft 2020-12) of one Policy."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Policy audit.k8s.io/v1",
        "description": "which requests kube-apiserver writes to its audit log: the first rule that matches decides",
        "type": "object",
        "additionalProperties": False,
        "required": ["apiVersion", "rules"],
        "properties": {
            "apiVersion": {"const": "audit.k8s.io/v1"},
            "kind": {"enum": ["Policy", "", None]},
            "metadata": {"type": ["object", "null"], "description": "ignored by kube-apiserver"},
            "omitStages": _stages(),
            "omitManagedFields": {
                "type": ["boolean", "null"],
                "description": "whether bodies are written without metadata.managedFields",
            },
            "rules": {
                "type": "array",
                "minItems": 1,
                "description": "the rules in their order; what none matches is not written",
                "items": _RULE,
            },
        },
    }
