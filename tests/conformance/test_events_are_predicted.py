"""Clusters under a policy with a rule of every kind: what kube-apiserver writes is what ``evaluate`` says of it.

A policy sees a request before its body: an event's objectRef.name may come from there, so that each request is made
again of the event's URI, verb and user.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.conformance.harness.debian import Tree
from tests.conformance.harness.events import contradictions, decided, predicted_stages, stages_of
from tests.conformance.harness.grid import Case, Cluster, running
from tests.conformance.harness.specs import rendered
from tests.conformance.harness.traffic import Sent

RELEASES = ("1.34.4", "1.37.2")
WITH_BODIES = {"Request", "RequestResponse"}
POLICY: dict[str, Any] = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {"level": "None", "users": ["system:apiserver"], "verbs": ["watch"]},
        {"level": "Metadata", "users": ["system:apiserver"], "resources": [{"group": "rbac.authorization.k8s.io"}]},
        {"level": "None", "nonResourceURLs": ["/readyz", "/livez*"], "userGroups": ["system:authenticated"]},
        {"level": "Request", "nonResourceURLs": ["/ver*"], "omitStages": ["Panic"]},
        {"level": "Metadata", "resources": [{"group": "", "resources": ["pods/exec", "*/attach"]}], "verbs": ["get"]},
        {
            "level": "RequestResponse",
            "resources": [{"group": "", "resources": ["pods/*"]}],
            "omitStages": ["ResponseStarted"],
        },
        {"level": "Metadata", "resources": [{"group": "", "resources": ["secrets"], "resourceNames": ["db"]}]},
        {
            "level": "None",
            "namespaces": [""],
            "verbs": ["list"],
            "resources": [{"group": "", "resources": ["secrets"]}],
        },
        {"level": "Request", "namespaces": ["default"], "verbs": ["create"], "userGroups": ["system:masters"]},
        {"level": "Metadata", "resources": [{"group": "", "resources": ["configmaps"]}], "verbs": ["watch"]},
        {
            "level": "RequestResponse",
            "resources": [{"group": "", "resources": ["configmaps"]}],
            "omitManagedFields": True,
        },
        {"level": "None", "userGroups": ["dev"]},
        {"level": "Metadata", "users": ["system:anonymous", "system:serviceaccount:default:default"]},
        {"level": "None", "resources": [{"group": "coordination.k8s.io"}]},
        {"level": "Metadata", "omitStages": ["ResponseStarted"]},
    ],
}


@dataclass(frozen=True)
class Ruled(Case):
    """A case under the policy above."""

    def artifacts(self) -> dict[str, bytes]:
        return rendered(self.release, policy={"inline": POLICY})


@pytest.fixture(scope="module", params=[pytest.param(r, marks=pytest.mark.xdist_group(r)) for r in RELEASES])
def ruled(
    request: pytest.FixtureRequest, debian_tree: Tree, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    case = Ruled(request.param, "v1beta4", "own", "log")
    with running(case, debian_tree, tmp_path_factory.mktemp("node")) as cluster:
        yield cluster


def test_every_event_has_the_level_and_a_stage_that_the_policy_gives_it(ruled: Cluster) -> None:
    assert len(ruled.events) > 100
    assert contradictions(ruled.policy, ruled.events) == []


def test_every_request_has_just_the_stages_that_the_policy_leaves_it(ruled: Cluster) -> None:
    def shown(one: Sent) -> str:
        return f"{one.method} {one.path} {one.user}"

    predicted = {shown(one): predicted_stages(ruled.policy, one) for one in ruled.sent}
    assert {shown(one): stages_of(ruled.events, one) for one in ruled.sent} == predicted
    assert [] in predicted.values()


def test_most_rules_wrote_an_event_and_none_that_writes_nothing_did(ruled: Cluster) -> None:
    deciding = {decided(ruled.policy, event).rule for event in ruled.events}
    silent = {index for index, rule in enumerate(ruled.policy.rules) if rule.level == "None"}
    assert deciding & silent == set()
    assert len(deciding) >= len(ruled.policy.rules) - len(silent) - 2


def test_bodies_are_written_at_the_levels_that_have_them_and_only_there(ruled: Cluster) -> None:
    bodies = [event for event in ruled.events if {"requestObject", "responseObject"} & event.keys()]
    assert {event["level"] for event in bodies} == WITH_BODIES
    answers = {event["level"] for event in ruled.events if "responseObject" in event}
    assert answers == {"RequestResponse"}


def test_managed_fields_are_left_out_where_the_rule_says_so(ruled: Cluster) -> None:
    answered = [event for event in ruled.events if "responseObject" in event]
    for event in answered:
        if decided(ruled.policy, event).omit_managed_fields:
            assert "managedFields" not in str(event["responseObject"])
    assert any("managedFields" in str(event["responseObject"]) for event in answered)
