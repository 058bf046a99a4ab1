"""The JSON Schema of a policy against what kube-apiserver makes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.corpus import corpus_files
from tests.policy.small_world import policies

from auditstrap.policy import Policy, PolicyError, load, presets
from auditstrap.policy.schema import json_schema
from auditstrap.source import documents, plain
from auditstrap.yaml_text import dump

VALIDATOR = Draft202012Validator(json_schema())
HEAD = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy"}


def _accepted(text: str) -> bool:
    """Whether the newest kube-apiserver takes it without a word."""
    try:
        return not load(text).warnings
    except PolicyError:
        return False


def _valid(text: str) -> bool:
    root = next(documents(text)).root
    return root is not None and VALIDATOR.is_valid(plain(root))


def _data(policy: Policy) -> dict[str, Any]:
    fields = {
        "users": "users",
        "userGroups": "user_groups",
        "verbs": "verbs",
        "namespaces": "namespaces",
        "nonResourceURLs": "non_resource_urls",
        "omitStages": "omit_stages",
    }
    rules = [
        {
            "level": rule.level,
            **{name: list(getattr(rule, attribute)) for name, attribute in fields.items()},
            "resources": [
                {"group": e.group, "resources": list(e.resources), "resourceNames": list(e.resource_names)}
                for e in rule.resources
            ],
        }
        for rule in policy.rules
    ]
    return {**HEAD, "rules": rules, "omitStages": list(policy.omit_stages)}


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())


@given(policies())
def test_every_valid_policy_validates(policy: Policy) -> None:
    text = dump(_data(policy))
    assert _accepted(text)
    assert _valid(text)


_ODD = st.sampled_from(["", "*", "apps", "apps/v1", "Apps", "/a", "/a*", "/*/a", "**", "a", None, 1, True, [], ["a"]])


@given(
    st.fixed_dictionaries(
        {"level": st.sampled_from(["None", "Metadata", "metadata", "", None])},
        optional={
            "users": st.lists(_ODD, max_size=2) | _ODD,
            "nonResourceURLs": st.lists(_ODD, max_size=2),
            "namespaces": st.lists(_ODD, max_size=1),
            "resources": st.lists(
                st.fixed_dictionaries(
                    {}, optional={"group": _ODD, "resources": st.lists(_ODD, max_size=1), "resourceNames": _ODD}
                ),
                max_size=2,
            ),
            "omitStages": st.lists(st.sampled_from(["Panic", "panic", None]), max_size=1),
            "omitManagedFields": st.sampled_from([True, None, "true"]),
            "verb": st.just(["get"]),
        },
    )
)
def test_the_schema_and_kube_apiserver_agree_on_mistakes(rule: dict[str, Any]) -> None:
    text = dump({**HEAD, "rules": [rule]})
    assert _valid(text) == _accepted(text)


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_validates(name: str) -> None:
    assert _valid(presets.text(presets.get(name)))


@pytest.mark.parametrize("path", corpus_files("policies"))
def test_real_policies_validate_exactly_where_kube_apiserver_takes_them_without_a_word(path: Path) -> None:
    try:
        text = path.read_text(encoding="utf-8")
        valid = _valid(text)
    except ValueError:
        pytest.skip("it is no text, or no YAML")
    assert valid == _accepted(text)
