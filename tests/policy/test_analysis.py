"""The analysis against an enumeration of every request of a small world."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from tests.policy.small_world import EVERY_REQUEST, policies

from auditstrap.policy import Policy, Request, analyse, diff, evaluate, load
from auditstrap.policy.analysis import BodyWritten
from auditstrap.policy.atoms import is_no_resource
from auditstrap.policy.evaluate import matcher
from auditstrap.policy.lifeless import RedundantRule
from auditstrap.policy.outcomes import RANK, Outcome, outcomes
from auditstrap.policy.principals import Strength

exhaustive = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _deciding(policy: Policy) -> list[int | None]:
    return [evaluate(policy, request).rule for request in EVERY_REQUEST]


def _outcome(policy: Policy, rule: int | None) -> Outcome:
    return outcomes(policy)[len(policy.rules) if rule is None else rule]


@exhaustive
@given(policies())
def test_a_rule_is_dead_for_every_request_exactly_where_it_decides_none(policy: Policy) -> None:
    dead = {found.rule for found in analyse(policy).dead if found.proof == "always"}
    assert dead == set(range(len(policy.rules))) - set(_deciding(policy))


@exhaustive
@given(policies())
def test_a_request_is_uncovered_exactly_where_some_request_matches_no_rule(policy: Policy) -> None:
    witness = analyse(policy).uncovered
    assert (witness is not None) == (None in _deciding(policy))
    assert witness is None or evaluate(policy, witness).rule is None


@exhaustive
@given(policies())
def test_a_live_rule_is_redundant_for_every_request_exactly_where_leaving_it_out_changes_none(policy: Policy) -> None:
    analysis = analyse(policy)
    deciding = _deciding(policy)
    dead = {found.rule for found in analysis.dead}
    expected = set()
    for rule in set(range(len(policy.rules))) - dead:
        rest = Policy(policy.rules[:rule] + policy.rules[rule + 1 :], policy.omit_stages, policy.omit_managed_fields)
        decided = [request for request, by in zip(EVERY_REQUEST, deciding, strict=True) if by == rule]
        fates = {_outcome(rest, evaluate(rest, request).rule) for request in decided}
        if all(fate.same_as(_outcome(policy, rule)) for fate in fates):
            expected.add(rule)
    assert {found.rule for found in analysis.redundant if found.proof == "always"} == expected


@exhaustive
@given(policies())
def test_every_witness_is_what_it_is_given_for(policy: Policy) -> None:
    analysis = analyse(policy)
    for dead in analysis.dead:
        if dead.witness is not None:
            decided = evaluate(policy, dead.witness)
            assert matcher(policy.rules[dead.rule])(dead.witness)
            assert decided.rule is not None
            assert decided.rule < dead.rule
            assert dead.records_less == (RANK[decided.level] < RANK[policy.rules[dead.rule].level])
    live: tuple[RedundantRule | BodyWritten, ...] = (*analysis.redundant, *analysis.bodies)
    for found in live:
        assert evaluate(policy, found.witness).rule == found.rule
    for unwritten in (*analysis.never_written, *analysis.missed):
        deciding = evaluate(policy, unwritten.witness).rule
        assert deciding == unwritten.rule
        assert not _outcome(policy, deciding).written(authenticated=True)


@exhaustive
@given(policies())
def test_the_rules_that_cover_a_dead_one_do_it_alone_and_none_can_be_left_out(policy: Policy) -> None:
    for dead in analyse(policy).dead:
        if dead.proof == "always":
            matched = [request for request in EVERY_REQUEST if matcher(policy.rules[dead.rule])(request)]
            covering = {rule: matcher(policy.rules[rule]) for rule in dead.covered_by}
            assert all(any(covers(request) for covers in covering.values()) for request in matched)
            for rule in covering:
                others = [covers for other, covers in covering.items() if other != rule]
                assert not all(any(covers(request) for covers in others) for request in matched)


@exhaustive
@given(policies(3), policies(3))
def test_a_diff_covers_exactly_the_requests_that_fare_differently(old: Policy, new: Policy) -> None:
    found = diff(old, new, among=Strength.ALWAYS)
    for request in EVERY_REQUEST[::11]:
        before, after = _outcome(old, evaluate(old, request).rule), _outcome(new, evaluate(new, request).rule)
        covering = [difference for difference in found if difference.covers(request)]
        assert bool(covering) == (not before.same_as(after))
        for difference in covering:
            assert before.same_as(_outcome(old, difference.before.rule))
            assert after.same_as(_outcome(new, difference.after.rule))


@exhaustive
@given(policies(3), policies(3))
def test_the_witness_of_a_difference_shows_it(old: Policy, new: Policy) -> None:
    for difference in diff(old, new):
        assert evaluate(old, difference.witness) == difference.before
        assert evaluate(new, difference.witness) == difference.after
        assert difference.covers(difference.witness)


@given(policies())
def test_no_policy_differs_from_itself(policy: Policy) -> None:
    assert diff(policy, policy) == ()


def _policy(rules: str, kubernetes: str = "1.36") -> Policy:
    return load(f"apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n{rules}", kubernetes=kubernetes)


@pytest.mark.parametrize(
    ("proof", "rules"),
    [
        ("always", "- {level: Metadata}\n- {level: None, users: [alice]}\n"),
        (
            "identities",
            (
                "- {level: Metadata, userGroups: ['system:authenticated', 'system:unauthenticated']}\n"
                "- {level: Request, users: [alice]}\n"
            ),
        ),
        ("identities", "- {level: Metadata, verbs: ['*'], resources: [{group: '', resources: [pods]}]}\n"),
        (
            "convention",
            "- {level: None, userGroups: ['system:nodes']}\n- {level: Metadata, users: ['system:node:a']}\n",
        ),
    ],
)
def test_the_strength_of_a_proof_says_what_it_counts_on(proof: str, rules: str) -> None:
    policy = _policy(rules)
    assert [(found.rule, found.proof) for found in analyse(policy, "1.36").dead] == [(len(policy.rules) - 1, proof)]


def test_a_union_of_rules_covers_what_none_of_them_does_alone() -> None:
    policy = _policy(
        "- {level: None, verbs: [get, list, watch], resources: [{group: '', resources: [pods]}]}\n"
        "- {level: Metadata, userGroups: [staff]}\n"
        "- {level: Metadata, verbs: [create, update, patch, delete, deletecollection, proxy, '']}\n"
        "- {level: RequestResponse, resources: [{group: '', resources: [pods]}]}\n"
    )
    (dead,) = analyse(policy, "1.36").dead
    assert (dead.rule, dead.covered_by, dead.proof) == (3, (0, 2), "identities")
    assert dead.records_less


def test_the_api_server_itself_is_no_authenticated_user_before_1_32() -> None:
    rules = "- {level: Metadata, userGroups: ['system:authenticated']}\n- {level: None, users: ['system:apiserver']}\n"
    assert [analyse(_policy(rules, kubernetes=minor), minor).dead == () for minor in ("1.31", "1.32")] == [True, False]


def test_a_body_says_over_which_verbs_and_by_whom_it_is_written() -> None:
    policy = _policy(
        "- {level: None, users: ['system:kube-proxy']}\n"
        "- {level: Metadata, verbs: [update, get], resources: [{group: '', resources: [secrets]}]}\n"
        "- {level: Request, userGroups: ['system:masters', 'system:authenticated']}\n"
    )
    bodies = {found.subject: found for found in analyse(policy, "1.36").bodies}
    assert bodies["secret"].rule == 2
    assert bodies["secret"].verbs == ("create", "patch")
    assert "alice" in bodies["secret"].users
    assert not {"system:kube-proxy", "system:anonymous"} & set(bodies["secret"].users)
    assert bodies["token"].witness.resource == "tokenreviews"


def test_a_question_past_its_budget_is_undecided_and_never_answered_wrongly() -> None:
    policy = _policy("- {level: None, users: [a]}\n- {level: Metadata, verbs: [get]}\n- {level: Request}\n")
    analysis = analyse(policy, "1.36", budget=0)
    assert analysis.dead == ()
    assert "whether rule 0 decides any request" in analysis.undecided


@pytest.mark.parametrize(
    "url", ["/api/v1/watch", "/api/v1/proxy*", "/apis/apps/v1/watch", "/a%2", "/%zz*", "//", "/api//v1/"]
)
def test_urls_that_are_no_request_are_analysed_too(url: str) -> None:
    policy = _policy(f"- {{level: None, nonResourceURLs: ['{url}']}}\n- {{level: Metadata}}\n")
    assert [found.rule for found in analyse(policy, "1.36").dead if found.proof == "always"] == []


@pytest.mark.parametrize("path", ["/healthz", "/a%zz", "/a?b", "/a b", "/é", "/api/v1", "/apis/apps/v1"])
def test_a_path_is_of_no_resource_whatever_characters_it_has(path: str) -> None:
    assert is_no_resource(path)


@pytest.mark.parametrize("path", ["/api/v1/pods", "/apis/apps/v1/deployments", "/api/v1/watch", "/api/v1/a%zz"])
def test_a_path_of_a_resource_or_of_a_request_that_is_not_audited_is_another(path: str) -> None:
    assert not is_no_resource(path)


def test_a_failed_authentication_has_no_user_for_a_rule_to_match() -> None:
    policy = _policy("- {level: Metadata, userGroups: ['system:authenticated', 'system:unauthenticated']}\n")
    uncovered = analyse(policy, "1.36").uncovered
    assert uncovered is not None
    assert uncovered.user is None


_METHODS = {"create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE", "deletecollection": "DELETE"}


@exhaustive
@given(policies(), policies(2))
def test_a_witness_is_what_an_http_request_to_its_path_is_taken_for(policy: Policy, other: Policy) -> None:
    analysis = analyse(policy)
    witnesses = [found.witness for found in diff(policy, other) if found.likely]
    witnesses += [found.witness for found in analysis.bodies] + [found.witness for found in analysis.missed]
    for request in witnesses:
        if request.resource_request and request.verb not in {"list", "watch", "proxy", ""}:
            method = _METHODS.get(request.verb, "GET")
            seen = Request.from_http(method, request.path, user=request.user, groups=request.groups)
            assert seen == request
