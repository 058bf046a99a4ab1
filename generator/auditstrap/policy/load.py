"""``load``: what kube-apiserver of one minor makes of the text of a policy.

Source: ``staging/src/k8s.io/apiserver/pkg/audit/policy/reader.go`` and the serializer of apimachinery behind it.
"""

from __future__ import annotations

import re
from typing import Any, Final

from auditstrap.kubernetes.versions import NEWEST_MINOR, parse_version
from auditstrap.policy.documents import Root, read_root
from auditstrap.policy.go_json import Context, Decoding, members, merged_entries, scalar_value
from auditstrap.policy.go_types import POLICY, unknown_to_internal
from auditstrap.policy.model import GroupResources, Policy, PolicyError, Rule
from auditstrap.policy.validate import validation_error
from auditstrap.source import Mapping, Node, Scalar, Sequence, Span

STRICT_SINCE: Final = 26
"""The minor from which unknown and repeated fields are logged; before it they were dropped in silence."""

_GROUP: Final = "audit.k8s.io"
_SCHEME: Final = "k8s.io/apiserver/pkg/audit/scheme.go:30"
_OTHER_KINDS: Final = frozenset({"Event", "EventList", "PolicyList"})
_META: Final = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
_FALLING_BACK: Final = "Audit policy contains errors, falling back to lenient decoding: strict decoding error: "


def load(text: str | bytes, kubernetes: str = f"1.{NEWEST_MINOR}") -> Policy:
    """The policy that kube-apiserver would run with.

    Raises PolicyError, in kube-apiserver's own words, where it would not start; ValueError for an unknown version.
    """
    minor = parse_version(kubernetes).minor
    root = read_root(text)
    decoding = Decoding(ordered=root.is_json)
    group, version, kind = _type_of(root.node, decoding)
    if _is_internal(group, version):
        raise _without_version(root, decoding, minor)
    _refuse_unregistered(group, version, kind)
    values = POLICY(root.node, Context(), decoding) if root.node else {}
    if decoding.type_errors:
        mistake = decoding.type_errors[0]
        raise PolicyError(f"failed decoding: {mistake.message}", span=mistake.span)
    policy = _policy(values, _warnings(root, decoding, minor))
    _refuse_invalid(policy, root.node, minor)
    return policy


def _type_of(node: Node | None, decoding: Decoding) -> tuple[str, str, str]:
    if node is None or scalar_value(node) is None:
        return "", "", ""
    if not isinstance(node, Mapping):
        problem = Decoding(ordered=True)
        problem.mistyped(node, Context(), _META)
        message = problem.type_errors[0].message
        raise PolicyError(f"failed decoding: couldn't get version/kind; json parse error: {message}", span=node.span)
    values = {"apiversion": "", "kind": ""}
    for name, _, value in members(node, decoding):
        if name.lower() in values:
            values[name.lower()] = _type_meta(name, value)
    api_version = values["apiversion"]
    if api_version.count("/") > 1:
        raise PolicyError(
            f"failed decoding: unexpected GroupVersion string: {api_version}", span=_span(node, "apiVersion")
        )
    group, slash, version = api_version.rpartition("/")
    return (group, version, values["kind"]) if slash else ("", version, values["kind"])


def _type_meta(name: str, node: Node) -> str:
    value = scalar_value(node)
    if isinstance(value, str) or value is None:
        return value or ""
    problem = Decoding(ordered=True)
    problem.mistyped(node, Context(), "string")
    field = "apiVersion" if name.lower() == "apiversion" else "kind"
    message = problem.type_errors[0].message.replace("into Go value", f"into Go struct field .{field}", 1)
    raise PolicyError(f"failed decoding: couldn't get version/kind; json parse error: {message}", span=node.span)


def _is_internal(group: str, version: str) -> bool:
    """Whether the text is read into the internal type: no apiVersion, or none within the group."""
    return (group, version) in {("", ""), (_GROUP, ""), (_GROUP, "__internal")}


def _without_version(root: Root, decoding: Decoding, minor: int) -> PolicyError:
    if isinstance(root.node, Mapping):
        unknown_to_internal(members(root.node, decoding), decoding)
    warnings = _warnings(root, decoding, minor)
    span = root.node.span if root.node else None
    message = f"unknown group version field {_GROUP}/__internal, Kind=Policy in policy"
    return PolicyError(message, warnings=warnings, span=Span(span.start, span.start) if span else None)


def _refuse_unregistered(group: str, version: str, kind: str) -> None:
    shown = f"{group}/{version}" if group else version
    if (group, version) != (_GROUP, "v1") or (kind and kind != "Policy" and kind not in _OTHER_KINDS):
        raise PolicyError(
            f'failed decoding: no kind "{kind or "Policy"}" is registered for version "{shown}" in scheme "{_SCHEME}"'
        )
    if kind in _OTHER_KINDS:
        raise PolicyError(f"failed decoding: converting (v1.{kind}) to (audit.Policy): unknown conversion")


def _warnings(root: Root, decoding: Decoding, minor: int) -> tuple[str, ...]:
    told = [root.repeated] if root.repeated else []
    told += [mistake.message for mistake in decoding.strict_errors]
    return (_FALLING_BACK + ", ".join(told),) if told and minor >= STRICT_SINCE else ()


def _policy(values: dict[str, Any], warnings: tuple[str, ...]) -> Policy:
    return Policy(
        rules=tuple(_rule(rule) for rule in values.get("rules", ())),
        omit_stages=values.get("omitStages", ()),
        omit_managed_fields=bool(values.get("omitManagedFields")),
        warnings=warnings,
    )


def _rule(values: dict[str, Any]) -> Rule:
    node: Node = values["node"]
    return Rule(
        level=values.get("level", ""),
        users=values.get("users", ()),
        user_groups=values.get("userGroups", ()),
        verbs=values.get("verbs", ()),
        resources=tuple(_group_resources(entry) for entry in values.get("resources", ())),
        namespaces=values.get("namespaces", ()),
        non_resource_urls=values.get("nonResourceURLs", ()),
        omit_stages=values.get("omitStages", ()),
        omit_managed_fields=values.get("omitManagedFields"),
        span=node.span,
    )


def _group_resources(values: dict[str, Any]) -> GroupResources:
    return GroupResources(values.get("group", ""), values.get("resources", ()), values.get("resourceNames", ()))


def _refuse_invalid(policy: Policy, root: Node | None, minor: int) -> None:
    error = validation_error(policy, minor)
    if error is None and not policy.rules:
        error = "loaded illegal policy with 0 rules"
    if error is not None:
        raise PolicyError(error, warnings=policy.warnings, span=_place(error, root))


def _place(error: str, root: Node | None) -> Span | None:
    """Where the first thing that an error names stands, or the nearest thing around it."""
    match = re.match(r"\[?((?:[A-Za-z]+(?:\[[0-9]+\])?\.?)+): ", error)
    node = root
    for name, index in re.findall(r"([A-Za-z]+)|\[([0-9]+)\]", match[1] if match else ""):
        child = _child(node, name, index)
        if child is None:
            break
        node = child
    return node.span if node is not None else None


def _child(node: Node | None, name: str, index: str) -> Node | None:
    if isinstance(node, Mapping) and name:
        return merged_entries(node).get(name, (None, None))[1]
    if isinstance(node, Sequence) and index and int(index) < len(node.items):
        return node.items[int(index)]
    return None


def _span(node: Mapping, name: str) -> Span:
    value = node.get(name)
    return value.span if isinstance(value, Scalar) else node.span
