"""``evaluate`` decides what upstream's evaluator decides."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.corpus import corpus_files
from tests.policy.vectors import EVALUATE, request_of
from tests.strategies import policies

from auditstrap.policy import Policy, Request, evaluate, load
from auditstrap.policy.evaluate import matcher
from auditstrap.yaml_text import dump

WORDS = st.sampled_from(
    ["", "get", "list", "create", "pods", "secrets", "log", "apps", "a", "b", "/healthz", "/version"]
)
REQUESTS = st.builds(
    Request,
    user=st.none() | WORDS,
    groups=st.lists(WORDS, max_size=2).map(tuple),
    **dict.fromkeys(("verb", "api_group", "resource", "subresource", "namespace", "name", "path"), WORDS),
    resource_request=st.booleans(),
)


def loaded(data: dict[str, Any]) -> Policy:
    return load(json.dumps({"apiVersion": "audit.k8s.io/v1", "kind": "Policy", **data}), "1.36")


@pytest.mark.parametrize("case", EVALUATE, ids=range(len(EVALUATE)))
def test_a_policy_decides_every_request_as_upstream(case: dict[str, Any]) -> None:
    policy = load(json.dumps(case["policy"]), "1.36")
    for request in case["requests"]:
        level, stages, omitted, _ = evaluate(policy, request_of(request["attrs"]))
        assert {"level": level, "omitStages": list(stages), "omitManagedFields": omitted} == request["expect"]


@given(policies(), REQUESTS)
def test_the_rule_of_a_decision_is_the_first_that_matches(data: dict[str, Any], request: Request) -> None:
    policy = load(dump(data))
    decision = evaluate(policy, request)
    matching = [index for index, rule in enumerate(policy.rules) if matcher(rule)(request)]
    assert decision.rule == (matching[0] if matching else None)
    assert decision.level == (policy.rules[matching[0]].level if matching else "None")
    stages = {*policy.omit_stages, *(policy.rules[matching[0]].omit_stages if matching else ())}
    assert decision.omit_stages == tuple(sorted(stages))


def test_a_user_without_a_name_is_a_user_and_a_failed_authentication_is_none() -> None:
    policy = loaded({"rules": [{"level": "Metadata", "users": [""]}]})
    assert evaluate(policy, Request(user="")).level == "Metadata"
    assert evaluate(policy, Request(user=None)).level == "None"


def test_groups_count_only_for_an_authenticated_user() -> None:
    policy = loaded({"rules": [{"level": "Metadata", "userGroups": ["g"]}]})
    assert evaluate(policy, Request(user="a", groups=("g",))).level == "Metadata"
    assert evaluate(policy, Request(user=None, groups=("g",))).level == "None"


def upstream_request(attributes: dict[str, Any]) -> Request:
    user = attributes.get("user")
    return Request(
        user=user["name"] if user else None,
        groups=tuple(user.get("groups") or ()) if user else (),
        verb=attributes.get("verb", ""),
        api_group=attributes.get("apiGroup", ""),
        api_version=attributes.get("apiVersion", ""),
        resource=attributes.get("resource", ""),
        subresource=attributes.get("subresource", ""),
        namespace=attributes.get("namespace", ""),
        name=attributes.get("name", ""),
        resource_request=attributes.get("resourceRequest", False),
        path=attributes.get("path", ""),
    )


@pytest.mark.parametrize("path", corpus_files("apiserver-cases", "checker_cases.json"))
def test_upstreams_checker_cases_come_out(path: Path) -> None:
    told = json.loads(path.read_text())
    for case in told["cases"]:
        rules = [told["rules"][name] for name in case["rules"]]
        policy = loaded({"omitStages": case["policyOmitStages"], "rules": rules})
        decision = evaluate(policy, upstream_request(told["attributes"][case["request"]]))
        expected = (case["expectLevel"], tuple(sorted(case["expectOmitStages"])))
        assert (decision.level, decision.omit_stages) == expected, case
    for case in told["unionStages"]:
        policy = loaded({"omitStages": case["s1"], "rules": [{"level": "None", "omitStages": case["s2"]}]})
        assert set(evaluate(policy, Request()).omit_stages) == set(case["exp"])
    for case in told["omitManagedFields"]["cases"]:
        request = upstream_request(told["omitManagedFields"]["request"])
        assert evaluate(loaded(case["policy"]), request).omit_managed_fields == case["want"], case["name"]
