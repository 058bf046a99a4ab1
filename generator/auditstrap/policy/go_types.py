"""The Go types that a text of ``audit.k8s.io`` is decoded into: ``audit/v1``, and the internal Policy.

Sources: ``staging/src/k8s.io/apiserver/pkg/apis/audit/{v1/types.go,types.go}``, ``apimachinery/pkg/apis/meta/v1``.
"""

from __future__ import annotations

from typing import Any, Final

from auditstrap.policy.go_json import (
    Context,
    Decoding,
    DecodingStoppedError,
    GoType,
    Mistake,
    go_bool,
    go_bool_pointer,
    go_integer,
    go_map,
    go_slice,
    go_string,
    go_struct,
    mistyped,
)
from auditstrap.policy.go_time import rfc3339_error
from auditstrap.policy.json_value import JsonValue


def _time(value: JsonValue, context: Context, _decoding: Decoding, _: object) -> None:
    """A metav1.Time, which decodes itself: its error ends the whole decoding."""
    if value.kind == "null":
        return
    if value.kind != "string":
        raise DecodingStoppedError(mistyped(value, context, "string"))
    if error := rfc3339_error(value.text):
        raise DecodingStoppedError(Mistake(error, value.span))


def _anything(_value: JsonValue, _context: Context, _decoding: Decoding, _: object) -> None:
    """A value that is kept raw."""


_string: Final = go_string()
_strings: Final = go_slice(_string, "string")
_int64: Final = go_integer("int64")

_OWNER_REFERENCE: Final = go_struct(
    "OwnerReference",
    "v1",
    {
        **dict.fromkeys(("apiVersion", "kind", "name"), _string),
        "uid": go_string("types.UID"),
        "controller": go_bool_pointer,
        "blockOwnerDeletion": go_bool_pointer,
    },
)
_MANAGED_FIELDS: Final = go_struct(
    "ManagedFieldsEntry",
    "v1",
    {
        **dict.fromkeys(("manager", "apiVersion", "fieldsType", "subresource"), _string),
        "operation": go_string("v1.ManagedFieldsOperationType"),
        "time": _time,
        "fieldsV1": _anything,
    },
)
_OBJECT_META_FIELDS: Final[dict[str, GoType]] = {
    **dict.fromkeys(("name", "generateName", "namespace", "selfLink", "resourceVersion"), _string),
    "uid": go_string("types.UID"),
    "generation": _int64,
    "creationTimestamp": _time,
    "deletionTimestamp": _time,
    "deletionGracePeriodSeconds": _int64,
    "labels": go_map(_string, "string"),
    "annotations": go_map(_string, "string"),
    "ownerReferences": go_slice(_OWNER_REFERENCE, "v1.OwnerReference"),
    "finalizers": _strings,
    "managedFields": go_slice(_MANAGED_FIELDS, "v1.ManagedFieldsEntry"),
}
_TYPE_META: Final = dict.fromkeys(("kind", "apiVersion"), _string)


def _placed(fields: GoType) -> GoType:
    """The fields of a struct, and its place under ``span``."""

    def decode(value: JsonValue, context: Context, decoding: Decoding, old: dict[str, Any] | None) -> dict[str, Any]:
        decoded: dict[str, Any] = fields(value, context, decoding, old)
        return {**decoded, "span": value.span}

    return decode


def _stages(package: str) -> GoType:
    return go_slice(go_string(f"{package}.Stage"), f"{package}.Stage")


_GROUP_RESOURCES: Final = go_struct(
    "GroupResources", "v1", {"group": _string, "resources": _strings, "resourceNames": _strings}
)
_RULE: Final = go_struct(
    "PolicyRule",
    "v1",
    {
        "level": go_string("v1.Level"),
        **dict.fromkeys(("users", "userGroups", "verbs", "namespaces", "nonResourceURLs"), _strings),
        "resources": go_slice(_placed(_GROUP_RESOURCES), "v1.GroupResources"),
        "omitStages": _stages("v1"),
        "omitManagedFields": go_bool_pointer,
    },
)
POLICY: Final = go_struct(
    "Policy",
    "v1",
    {
        **_TYPE_META,
        "metadata": go_struct("ObjectMeta", "v1", _OBJECT_META_FIELDS),
        "rules": go_slice(_placed(_RULE), "v1.PolicyRule"),
        "omitStages": _stages("v1"),
        "omitManagedFields": go_bool,
    },
)

_INTERNAL_RULE: Final = go_struct(
    "PolicyRule",
    "audit",
    {
        "Level": go_string("audit.Level"),
        **dict.fromkeys(("Users", "UserGroups", "Verbs", "Namespaces", "NonResourceURLs"), _strings),
        "Resources": go_slice(
            go_struct("GroupResources", "audit", {"Group": _string, "Resources": _strings, "ResourceNames": _strings}),
            "audit.GroupResources",
        ),
        "OmitStages": _stages("audit"),
        "OmitManagedFields": go_bool_pointer,
    },
)
_INTERNAL_FIELDS: Final[dict[str, GoType]] = {
    **_TYPE_META,
    **_OBJECT_META_FIELDS,
    "Rules": go_slice(_INTERNAL_RULE, "audit.PolicyRule"),
    "OmitStages": _stages("audit"),
    "OmitManagedFields": go_bool,
}
_EMBEDDED: Final = {**dict.fromkeys(_TYPE_META, "TypeMeta"), **dict.fromkeys(_OBJECT_META_FIELDS, "ObjectMeta")}
INTERNAL_POLICY: Final = go_struct("Policy", "audit", _INTERNAL_FIELDS, _EMBEDDED)
"""What a text without apiVersion is read into: without JSON names its fields are called as in Go."""
INTERNAL_POLICY_UNTIL_1_34: Final = go_struct("Policy", "audit", _INTERNAL_FIELDS)
"""The same where sigs.k8s.io/json does not name the struct that has a field within the Policy."""
