"""``load``: what kube-apiserver of one minor makes of the text of a policy.

Source: ``staging/src/k8s.io/apiserver/pkg/audit/policy/reader.go`` and the serializer of apimachinery behind it.
"""

from __future__ import annotations

import re
from typing import Any, Final

from auditstrap.kubernetes.versions import NEWEST_MINOR, parse_version
from auditstrap.policy.documents import Root, node_root, read_root
from auditstrap.policy.go_format import quote
from auditstrap.policy.go_json import Context, Decoding, DecodingStoppedError, GoType, mistyped
from auditstrap.policy.go_types import INTERNAL_POLICY, INTERNAL_POLICY_UNTIL_1_34, POLICY
from auditstrap.policy.json_value import JsonValue
from auditstrap.policy.model import Dropped, GroupResources, Policy, PolicyError, Rule
from auditstrap.policy.validate import validation_error
from auditstrap.source import Node, Span

STRICT_SINCE: Final = 26
"""The minor from which unknown and repeated fields are logged; before it they were dropped in silence."""

EMBEDDING_NAMED_SINCE: Final = 35
"""The minor from which type errors name the struct within the internal Policy that has the field."""

_GROUP: Final = "audit.k8s.io"
_SCHEME: Final = "k8s.io/apiserver/pkg/audit/scheme.go:30"
_OTHER_KINDS: Final = frozenset({"Event", "EventList", "PolicyList"})
_EVERYWHERE: Final = frozenset({"Status", "APIVersions", "APIGroupList", "APIGroup", "APIResourceList"})
_IN_V1: Final = frozenset(f"{name}Options" for name in ("List", "Get", "Delete", "Create", "Update", "Patch")) | {
    "WatchEvent"
}
_META: Final = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
_META_ERROR: Final = "failed decoding: couldn't get version/kind; json parse error: "
_FALLING_BACK: Final = "Audit policy contains errors, falling back to lenient decoding: strict decoding error: "


def load(text: str | bytes, kubernetes: str = f"1.{NEWEST_MINOR}") -> Policy:
    """The policy that kube-apiserver would run with.

    Raises PolicyError, in kube-apiserver's own words, where it would not start; ValueError for an unknown version.
    """
    minor = parse_version(kubernetes).minor
    return _loaded(read_root(text), minor)


def load_node(node: Node | None, kubernetes: str = f"1.{NEWEST_MINOR}") -> Policy:
    """As :func:`load`, for a policy that stands as YAML within another file; spans are those of that file."""
    minor = parse_version(kubernetes).minor
    return _loaded(node_root(node), minor)


def _loaded(root: Root, minor: int) -> Policy:
    group, version, kind = _type_of(root.value)
    if _is_internal(group, version):
        raise _without_version(root, kind, minor)
    if not version:
        raise PolicyError(f"failed decoding: Object 'apiVersion' is missing in '{root.text}'")
    _refuse_unregistered(group, version, kind)
    values, decoding = _decoded(POLICY, root)
    policy = _policy(values, _warnings(root, decoding, minor), _dropped(root, decoding))
    _refuse_invalid(policy, root.value, minor)
    return policy


def _decoded(into: GoType, root: Root) -> tuple[dict[str, Any], Decoding]:
    decoding = Decoding()
    try:
        values = into(root.value, Context(), decoding, None)
    except DecodingStoppedError as error:
        raise PolicyError(f"failed decoding: {error}", span=error.mistake.span) from None
    if decoding.type_errors:
        mistake = decoding.type_errors[0]
        raise PolicyError(f"failed decoding: {mistake.message}", span=mistake.span)
    return values, decoding


def _type_of(root: JsonValue) -> tuple[str, str, str]:
    """Group, version and kind, which are read without regard to case."""
    if root.kind == "null":
        return "", "", ""
    if root.kind != "object":
        raise PolicyError(_META_ERROR + mistyped(root, Context(), _META).message, span=root.span)
    values = {"apiVersion": "", "kind": ""}
    fields = {name.casefold(): name for name in values}
    for name, value, _ in root.members:
        field = fields.get(name.casefold())
        if field is not None and value.kind != "null":
            values[field] = _type_meta(field, value)
    group, slash, version = values["apiVersion"].partition("/")
    if "/" in version:
        span = (root.member("apiVersion") or root).span
        raise PolicyError(f"failed decoding: unexpected GroupVersion string: {values['apiVersion']}", span=span)
    return (group, version, values["kind"]) if slash else ("", group, values["kind"])


def _type_meta(field: str, value: JsonValue) -> str:
    if value.kind == "string":
        return value.text
    message = mistyped(value, Context(), "string").message.replace("Go value", f"Go struct field .{field}", 1)
    raise PolicyError(_META_ERROR + message, span=value.span)


def _is_internal(group: str, version: str) -> bool:
    """Whether the text is read into the internal type: no apiVersion, or none within the group."""
    return (group, version) in {("", ""), (_GROUP, ""), (_GROUP, "__internal")}


def _without_version(root: Root, kind: str, minor: int) -> PolicyError:
    found = f"v1.{kind}" if kind in _EVERYWHERE else "v1.InternalEvent" if kind == "WatchEvent" else f"audit.{kind}"
    if kind in _OTHER_KINDS | _EVERYWHERE | {"WatchEvent"}:
        return _not_convertible(found)
    if kind not in {"", "Policy"}:
        return _not_registered(kind, f'the internal version of group "{_GROUP}"')
    into = INTERNAL_POLICY if minor >= EMBEDDING_NAMED_SINCE else INTERNAL_POLICY_UNTIL_1_34
    _, decoding = _decoded(into, root)
    start = root.value.span.start
    message = f"unknown group version field {_GROUP}/__internal, Kind=Policy in policy"
    return PolicyError(message, warnings=_warnings(root, decoding, minor), span=Span(start, start))


def _refuse_unregistered(group: str, version: str, kind: str) -> None:
    kind = kind or "Policy"
    is_audit, is_core = (group, version) == (_GROUP, "v1"), (group, version) == ("", "v1")
    if kind in _EVERYWHERE or (kind in _IN_V1 and (is_audit or is_core)) or (kind in _OTHER_KINDS and is_audit):
        raise _not_convertible(f"v1.{kind}")
    if not is_audit or kind != "Policy":
        raise _not_registered(kind, f"version {quote(f'{group}/{version}' if group else version)}")


def _not_registered(kind: str, version: str) -> PolicyError:
    return PolicyError(f'failed decoding: no kind {quote(kind)} is registered for {version} in scheme "{_SCHEME}"')


def _not_convertible(found: str) -> PolicyError:
    return PolicyError(f"failed decoding: converting ({found}) to (audit.Policy): unknown conversion")


def _warnings(root: Root, decoding: Decoding, minor: int) -> tuple[str, ...]:
    repeated = "\n".join(f"  {key.message}" for key in root.repeated)
    told = [f"yaml: unmarshal errors:\n{repeated}"] if repeated else []
    told += decoding.strict_errors
    return (_FALLING_BACK + ", ".join(told),) if told and minor >= STRICT_SINCE else ()


def _dropped(root: Root, decoding: Decoding) -> tuple[Dropped, ...]:
    repeated = (Dropped("repeated", key.name, key.path, key.earlier, key.later) for key in root.repeated)
    return tuple(dict.fromkeys([*repeated, *decoding.dropped]))


def _policy(values: dict[str, Any], warnings: tuple[str, ...], dropped: tuple[Dropped, ...]) -> Policy:
    return Policy(
        rules=tuple(map(_rule, _items(values, "rules"))),
        omit_stages=_items(values, "omitStages"),
        omit_managed_fields=bool(values.get("omitManagedFields")),
        warnings=warnings,
        dropped=dropped,
    )


def _items(values: dict[str, Any], name: str) -> tuple[Any, ...]:
    items: tuple[Any, ...] = values[name].items if name in values else ()
    return items


def _rule(values: dict[str, Any]) -> Rule:
    return Rule(
        level=values.get("level", ""),
        users=_items(values, "users"),
        user_groups=_items(values, "userGroups"),
        verbs=_items(values, "verbs"),
        resources=tuple(map(_group_resources, _items(values, "resources"))),
        namespaces=_items(values, "namespaces"),
        non_resource_urls=_items(values, "nonResourceURLs"),
        omit_stages=_items(values, "omitStages"),
        omit_managed_fields=values.get("omitManagedFields"),
        span=values["span"],
    )


def _group_resources(values: dict[str, Any]) -> GroupResources:
    return GroupResources(
        values.get("group", ""), _items(values, "resources"), _items(values, "resourceNames"), span=values["span"]
    )


def _refuse_invalid(policy: Policy, root: JsonValue, minor: int) -> None:
    error = validation_error(policy, minor)
    if error is None and not policy.rules:
        error = "loaded illegal policy with 0 rules"
    if error is not None:
        raise PolicyError(error, warnings=policy.warnings, span=_place(error, root))


def _place(error: str, root: JsonValue) -> Span:
    """Where the first thing that an error names stands, or the nearest thing around it."""
    match = re.match(r"\[?((?:[A-Za-z]+(?:\[[0-9]+\])?\.?)+): ", error)
    value = root
    for name, index in re.findall(r"([A-Za-z]+)|\[([0-9]+)\]", match[1] if match else ""):
        child = _child(value, name, index)
        if child is None:
            break
        value = child
    return value.span


def _child(value: JsonValue, name: str, index: str) -> JsonValue | None:
    if name:
        return value.member(name)
    return value.items[int(index)] if int(index) < len(value.items) else None
