"""The published JSON Schema accepts what the loader accepts, and refuses shapes that it refuses."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.strategies import Case, cases

from auditstrap import InputError, load_spec
from auditstrap.spec.schema import json_schema
from auditstrap.yaml_text import dump

VALIDATOR = Draft202012Validator(json_schema())
Path = tuple[str | int, ...]


def loads(data: dict[str, Any], case: Case) -> bool:
    try:
        load_spec(dump(data), read_file=case.read_file)
    except InputError:
        return False
    return True


def test_the_schema_is_one_of_draft_2020_12() -> None:
    Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_schema_is_json_and_the_same_each_time() -> None:
    assert json.loads(json.dumps(json_schema())) == json_schema()


def test_every_property_is_described() -> None:
    bare = [name for name, schema in properties(json_schema()) if not schema.get("description")]
    assert bare == []


def properties(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        found = schema.get("properties")
        if isinstance(found, dict):
            yield from found.items()
        for value in schema.values():
            yield from properties(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from properties(value)


@given(cases())
def test_a_spec_that_loads_is_valid(case: Case) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(case.data)] == []


def places(data: Any, path: Path = ()) -> Iterator[Path]:
    """Every place in a document whose shape is the schema's own; a policy's inside is kube-apiserver's."""
    yield path
    if path[-1:] in {("inline",), ("before",), ("after",)}:
        return
    if isinstance(data, dict):
        for key, value in data.items():
            yield from places(value, (*path, key))
    if isinstance(data, list):
        for index, value in enumerate(data):
            yield from places(value, (*path, index))


def replaced(data: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(data)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    return changed


WRONG = st.sampled_from([[], {}, [1], {"nonsense": 1}, "nonsense", -1, 2**31, True, "", "0"])


@given(st.data())
def test_a_value_of_another_shape_is_refused_by_both(data: st.DataObject) -> None:
    case = data.draw(cases())
    path = data.draw(st.sampled_from([place for place in places(case.data) if place]))
    mutated = replaced(case.data, path, data.draw(WRONG))
    if not VALIDATOR.is_valid(mutated):
        assert not loads(mutated, case)


@given(st.data())
def test_an_unknown_field_is_refused_by_both(data: st.DataObject) -> None:
    case = data.draw(cases())
    objects = [place for place in places(case.data) if isinstance(at(case.data, place), dict)]
    path = data.draw(st.sampled_from([place for place in objects if "inline" not in place]))
    mutated = replaced(case.data, (*path, "nonsense"), 1)
    assert not VALIDATOR.is_valid(mutated)
    assert not loads(mutated, case)


def at(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def spec(**fields: Any) -> dict[str, Any]:
    head = {"apiVersion": "auditstrap.dev/v1alpha1", "kind": "AuditBootstrap"}
    return {**head, "spec": {"kubernetesVersion": "1.37", **fields}}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"apiVersion": "auditstrap.dev/v1alpha1", "kind": "AuditBootstrap", "spec": {}},
        {**spec(), "apiVersion": "v1"},
        {**spec(), "metadata": {"name": "Not_A_Name"}},
        spec(kubernetesVersion=1.3),
        spec(kubernetesVersion="latest"),
        spec(enabled="yes"),
        spec(log=[]),
        spec(log={"maxAge": "30"}),
        spec(log={"maxAge": -1}),
        spec(log={"maxAge": 2**31}),
        spec(log={"format": "xml"}),
        spec(log={"mode": "batch", "batch": {"bufferSize": 0}}),
        spec(log={"mode": "batch", "batch": {"maxWait": "soon"}}),
        spec(log={"mode": "batch", "batch": {"throttle": {"enable": True, "qps": -1, "burst": 1}}}),
        spec(webhook={}),
        spec(webhook={"server": "http://a.example"}),
        spec(webhook={"server": "https://a", "clientKey": "relative", "clientCertificate": "/a/b"}),
        spec(node={"policyPath": "relative"}),
        spec(node={"policyPath": "/etc/a b"}),
        spec(node={"logMode": "rwx"}),
        spec(node={"owner": "root"}),
        spec(policy={"preset": "nonsense@1"}),
        spec(policy={"preset": "baseline@1", "file": "a"}),
        spec(policy={"inline": 1}),
        spec(policy={"before": {}}),
        spec(policy={"before": ["a"]}),
        spec(outputs={}),
        spec(outputs=["kubeadm"]),
        spec(outputs=[{}]),
        spec(outputs=[{"format": "nonsense"}]),
        spec(outputs=[{"format": "policy", "encoding": "text"}]),
        spec(outputs=[{"format": "cloud-init", "encoding": "gzip"}]),
    ],
)
def test_a_wrong_shape_is_refused_by_both(data: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(data)
    assert not loads(data, Case(data))


def test_defaults_are_published_and_true() -> None:
    log = json_schema()["properties"]["spec"]["properties"]["log"]["properties"]
    assert {name: log[name]["default"] for name in ("maxAge", "maxBackup", "maxSize", "enabled")} == {
        "maxAge": 30,
        "maxBackup": 10,
        "maxSize": 100,
        "enabled": True,
    }
