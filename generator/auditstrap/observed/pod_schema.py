"""The Kubernetes schema of a Pod, from the files of kubernetes-validate, compiled once for a minor.

Its own API reads 1.5 MB of JSON again for every call; its files are as good.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from auditstrap.embedded import Place
from auditstrap.kubernetes.versions import NEWEST_MINOR, OLDEST_MINOR
from auditstrap.observed.model import StaticPod
from auditstrap.observed.nodes import items, member, text_of
from auditstrap.problems import described, quoted
from auditstrap.source import Mapping, Node, Scalar, Sequence, SourceError, plain

if TYPE_CHECKING:
    import jsonschema_rs

_DNS_LABEL: Final = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


class Violation(NamedTuple):
    """A value that is refused, and why."""

    place: Place
    message: str


def violations(pod: StaticPod, minor: int) -> Iterator[Violation]:
    """Everything about a Pod that the schema of a minor refuses, or that is no name for a volume."""
    try:
        value = plain(pod.root)
    except SourceError as error:
        yield Violation(pod.text.at(pod.root), str(error))
        return
    for refused in _validator(min(max(minor, OLDEST_MINOR), NEWEST_MINOR)).iter_errors(value):
        node = _node(pod.root, refused.instance_path)
        yield Violation(pod.text.at(node), _message(refused, node))
    for volume in items(member(pod.root, "spec", "volumes")):
        name = member(volume, "name")
        if name is not None and (text := text_of(name)) is not None and not _DNS_LABEL.fullmatch(text):
            message = f"{quoted(text)} is no name for a volume; at most 63 of a-z, 0-9 and - inside are allowed"
            yield Violation(pod.text.at(name), message)


@cache
def _validator(minor: int) -> jsonschema_rs.Draft202012Validator:
    import jsonschema_rs  # noqa: PLC0415 - only where a Pod is judged

    folder = _schemas() / f"v1.{minor}.0-local"
    definitions = json.loads((folder / "_definitions.json").read_bytes())["$defs"]
    pod = json.loads((folder / "pod-v1.json").read_bytes())
    schema = {"type": pod["type"], "properties": pod["properties"]}
    return jsonschema_rs.Draft202012Validator(_local({**schema, "$defs": _reachable(definitions, schema)}))


def _schemas() -> Path:
    """Where kubernetes-validate keeps them; importing it would take longer than reading them."""
    spec = find_spec("kubernetes_validate")
    locations = spec.submodule_search_locations if spec else None
    if not locations:
        raise FileNotFoundError("the package kubernetes-validate is not installed")
    return Path(locations[0]) / "kubernetes-json-schema"


def _reachable(definitions: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The definitions that one schema needs: a hundred of two thousand."""
    needed: dict[str, Any] = {}
    waiting = list(_references(schema))
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = definitions[name]
            waiting.extend(_references(definitions[name]))
    return needed


def _references(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref":
                yield item.rpartition("/")[2]
            else:
                yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _local(value: Any) -> Any:  # noqa: ANN401 - JSON
    """With references inside one schema. A number or a string may be null too, so ``oneOf`` would refuse null."""
    if isinstance(value, dict):
        return {
            "anyOf" if k == "oneOf" else k: "#/$defs/" + v.rpartition("/")[2] if k == "$ref" else _local(v)
            for k, v in value.items()
        }
    return [_local(item) for item in value] if isinstance(value, list) else value


def _node(root: Node, path: Iterable[str | int]) -> Node:
    """The node at a path, or the nearest one around it."""
    node = root
    for step in path:
        child: Node | None = None
        if isinstance(node, Mapping) and isinstance(step, str):
            child = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            child = node.items[step]
        if child is None:
            break
        node = child
    return node


def _message(error: jsonschema_rs.ValidationError, node: Node) -> str:
    steps = [str(step) for step in error.instance_path]
    where = ".".join(steps) or "the Pod"
    if "type" in error.schema_path[-1:] and isinstance(node, Scalar | Mapping | Sequence):
        return f"{where} is {described(node)}; {_allowed(error)} is allowed"
    return f"{where}: {str(error.message).splitlines()[0][:200]}"


def _allowed(error: jsonschema_rs.ValidationError) -> str:
    match = re.findall(r'"(\w+)"', str(error.message).rpartition(" is not of type")[2])
    return " or ".join(name for name in match if name != "null") or "another type"
