"""The Go types of an audit policy: ``audit/v1`` and the ObjectMeta that it carries.

Sources: ``staging/src/k8s.io/apiserver/pkg/apis/audit/v1/types.go``, ``apimachinery/pkg/apis/meta/v1/types.go``.
"""

from __future__ import annotations

import re
from typing import Any, Final

from auditstrap.policy.go_json import (
    Context,
    Decoding,
    GoType,
    Mistake,
    go_bool,
    go_int64,
    go_map,
    go_slice,
    go_string,
    go_struct,
    scalar_value,
)
from auditstrap.source import Node

_RFC3339: Final = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d([.,]\d+)?(Z|[-+]\d\d:\d\d)"
)
_LAYOUT: Final = "2006-01-02T15:04:05Z07:00"


def _time(node: Node, _context: Context, decoding: Decoding) -> None:
    value = scalar_value(node)
    if value is None:
        return
    if not isinstance(value, str):
        decoding.mistyped(node, Context(), "string")
    elif not _RFC3339.fullmatch(value):
        message = f'parsing time "{value}" as "{_LAYOUT}": cannot parse "{value}" as "2006"'
        decoding.type_errors.append(Mistake(message, node.span))


def _anything(_node: Node, _context: Context, _decoding: Decoding) -> None:
    """A value that is kept raw."""


_string: Final = go_string()
_strings: Final = go_slice(_string, "string")

_OWNER_REFERENCE: Final = go_struct(
    "OwnerReference",
    "v1.OwnerReference",
    {
        **dict.fromkeys(("apiVersion", "kind", "name"), _string),
        "uid": go_string("types.UID"),
        "controller": go_bool,
        "blockOwnerDeletion": go_bool,
    },
)
_MANAGED_FIELDS: Final = go_struct(
    "ManagedFieldsEntry",
    "v1.ManagedFieldsEntry",
    {
        **dict.fromkeys(("manager", "apiVersion", "fieldsType", "subresource"), _string),
        "operation": go_string("v1.ManagedFieldsOperationType"),
        "time": _time,
        "fieldsV1": _anything,
    },
)
OBJECT_META_FIELDS: Final[dict[str, GoType]] = {
    **dict.fromkeys(("name", "generateName", "namespace", "selfLink", "resourceVersion"), _string),
    "uid": go_string("types.UID"),
    "generation": go_int64,
    "creationTimestamp": _time,
    "deletionTimestamp": _time,
    "deletionGracePeriodSeconds": go_int64,
    "labels": go_map(_string, "string"),
    "annotations": go_map(_string, "string"),
    "ownerReferences": go_slice(_OWNER_REFERENCE, "v1.OwnerReference"),
    "finalizers": _strings,
    "managedFields": go_slice(_MANAGED_FIELDS, "v1.ManagedFieldsEntry"),
}
_STAGES: Final = go_slice(go_string("v1.Stage"), "v1.Stage")
_GROUP_RESOURCES: Final = go_struct(
    "GroupResources", "v1.GroupResources", {"group": _string, "resources": _strings, "resourceNames": _strings}
)
_RULE_FIELDS: Final = go_struct(
    "PolicyRule",
    "v1.PolicyRule",
    {
        "level": go_string("v1.Level"),
        **dict.fromkeys(("users", "userGroups", "verbs", "namespaces", "nonResourceURLs"), _strings),
        "resources": go_slice(_GROUP_RESOURCES, "v1.GroupResources"),
        "omitStages": _STAGES,
        "omitManagedFields": go_bool,
    },
)


def _rule(node: Node, context: Context, decoding: Decoding) -> dict[str, Any]:
    """A rule's fields, and its own node for the place of it."""
    fields: dict[str, Any] = _RULE_FIELDS(node, context, decoding)
    return {**fields, "node": node}


POLICY: Final = go_struct(
    "Policy",
    "v1.Policy",
    {
        "kind": _string,
        "apiVersion": _string,
        "metadata": go_struct("ObjectMeta", "v1.ObjectMeta", OBJECT_META_FIELDS),
        "rules": go_slice(_rule, "v1.PolicyRule"),
        "omitStages": _STAGES,
        "omitManagedFields": go_bool,
    },
)

INTERNAL_FIELDS: Final = frozenset(
    {"kind", "apiVersion", *OBJECT_META_FIELDS, "Rules", "OmitStages", "OmitManagedFields"}
)
"""What the internal Policy knows: without JSON names its own fields are called as in Go."""


def unknown_to_internal(members: list[tuple[str, Node, Node]], decoding: Decoding) -> None:
    """Report the fields that the internal Policy does not have; it is what a text without apiVersion is read into."""
    for name, key, _ in members:
        if name not in INTERNAL_FIELDS:
            decoding.strict(f'unknown field "{name}"', key.span)
