from __future__ import annotations

import pytest

from auditstrap import load_spec

_PROMETHEUS = "{level: None, users: ['system:serviceaccount:monitoring:prometheus'], nonResourceURLs: [/metrics]}"


def _warnings(policy: str) -> list[str]:
    head = "apiVersion: auditstrap.dev/v1alpha1\nkind: AuditBootstrap\nspec:\n  kubernetesVersion: '1.36'\n"
    spec = load_spec(f"{head}  policy: {policy}\n", file="s.yaml")
    return [str(warning) for cluster in spec.clusters for warning in cluster.warnings]


def test_a_rule_that_breaks_a_promise_is_told_at_its_place_with_a_request_that_shows_it() -> None:
    leak = "{level: Request, resources: [{group: '', resources: [secrets]}]}"
    (warning,) = _warnings(f"{{before: [{_PROMETHEUS}, {leak}]}}")
    place = len(f"  policy: {{before: [{_PROMETHEUS}, ") + 1
    assert warning.startswith(f"s.yaml:5:{place}: spec.policy.before[1]: breaks a promise of baseline@1, ")
    assert warning.endswith("for example create /api/v1/namespaces/prod/secrets by alice")


def test_every_rule_and_every_promise_that_it_breaks_is_told() -> None:
    warnings = _warnings("{before: [{level: None, userGroups: [staff]}, {level: None, userGroups: [guests]}]}")
    assert {warning.split(": ")[1] for warning in warnings} == {"spec.policy.before[0]", "spec.policy.before[1]"}
    assert any("Every read of a Secret is written." in warning for warning in warnings)


@pytest.mark.parametrize(
    "policy",
    [
        f"{{before: [{_PROMETHEUS}]}}",
        "{after: [{level: None}]}",
        "{preset: metadata@1, before: [{level: Metadata, users: [alice]}]}",
        "{inline: {apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: None}]}, before: [{level: None}]}",
    ],
)
def test_rules_that_break_no_promise_are_not_told(policy: str) -> None:
    assert _warnings(policy) == []
