from __future__ import annotations

import json
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.small_world import EVERY_REQUEST, policies, rules

from auditstrap.policy import Policy, Request, Rule, evaluate
from auditstrap.policy.evaluate import matcher
from auditstrap.policy.events import events, request_of
from auditstrap.policy.explain import explain, why_not

requests = st.sampled_from(EVERY_REQUEST)


@given(rules(), requests)
def test_there_is_a_reason_exactly_where_a_rule_does_not_match(rule: Rule, request: Request) -> None:
    assert (why_not(rule, request) is None) == matcher(rule)(request)


@given(policies(), requests)
def test_every_rule_before_the_one_that_decides_has_its_reason(policy: Policy, request: Request) -> None:
    found = explain(policy, request)
    assert found.decision == evaluate(policy, request)
    before = len(policy.rules) if found.decision.rule is None else found.decision.rule
    assert [passed.rule for passed in found.passed] == list(range(before))
    assert all(passed.because for passed in found.passed)
    assert not set(found.stages) & set(found.decision.omit_stages)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (Rule("None", verbs=("create", "update")), "verbs: get is not in [create, update]"),
        (Rule("None", users=("bob",)), "users: alice is not in [bob]"),
        (Rule("None", user_groups=("dev",)), "userGroups: none of [system:authenticated] is in [dev]"),
        (Rule("None", namespaces=("",)), 'namespaces: prod is not in [""]'),
        (
            Rule("None", non_resource_urls=("*",)),
            "nonResourceURLs: /api/v1/namespaces/prod/secrets/db is for a resource",
        ),
    ],
)
def test_a_reason_names_the_field_what_was_asked_and_what_it_lists(rule: Rule, reason: str) -> None:
    url = "/api/v1/namespaces/prod/secrets/db"
    assert why_not(rule, Request.from_http("GET", url, user="alice", groups=("system:authenticated",))) == reason


def _event(method: str, uri: str, **fields: object) -> dict[str, object]:
    return {"kind": "Event", "requestURI": uri, "verb": method, "user": {"username": "a", "groups": ["g"]}, **fields}


def test_events_are_read_from_a_log_a_list_or_one() -> None:
    one, other = _event("get", "/healthz"), _event("create", "/api/v1/pods")
    texts = ["\n".join(map(json.dumps, (one, other))), json.dumps({"kind": "EventList", "items": [one, other]})]
    assert [list(events(text)) for text in texts] == [[one, other]] * 2
    assert list(events(json.dumps(one))) == [one]


@pytest.mark.parametrize("text", ["", "[]", "{}", "nonsense", '{"requestURI": 1}', "[" * 100_000])
def test_what_is_no_event_is_refused_in_a_sentence(text: str) -> None:
    if text:
        with pytest.raises(ValueError, match=r"^(number 1 is no audit event|it is )"):
            list(islice(events(text), 2))
    else:
        assert list(events(text)) == []


@given(requests.filter(lambda request: request.resource_request and request.resource.isalpha()))
def test_an_event_is_taken_for_the_request_that_it_is_of(request: Request) -> None:
    made = Request.from_http("POST", f"/api/v1/namespaces/x/{request.resource}", user="a", groups=("g",))
    event = _event("create", made.path, objectRef={"name": "from-the-body"})
    assert request_of(event) == made
