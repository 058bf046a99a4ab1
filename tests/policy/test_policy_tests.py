from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from auditstrap.policy import evaluate, load, presets
from auditstrap.policy.policy_tests import json_schema, load_tests, run_tests
from auditstrap.problems import InputError
from auditstrap.source import documents, plain

HEAD = "apiVersion: auditstrap.dev/v1alpha1\nkind: AuditPolicyTest\ntests:\n"
BASELINE = load(presets.text(presets.get("baseline@1")))


def results(tests: str) -> list[bool | None]:
    return [result.passed for result in run_tests(BASELINE, load_tests(HEAD + tests), 37)]


@pytest.mark.parametrize(
    ("passed", "test"),
    [
        (True, "{request: {user: alice, verb: create, resource: secrets, namespace: prod}, expect: {level: Metadata}}"),
        (False, "{request: {user: alice, verb: create, resource: secrets, namespace: prod}, expect: {level: None}}"),
        (True, "{request: {http: 'POST /api/v1/namespaces/a/pods/b/exec', as: alice}, expect: {atLeast: Metadata}}"),
        (True, "{request: {user: null, path: /version}, expect: {level: Metadata}}"),
        (True, "{request: {user: alice, path: /version}, expect: {level: None}}"),
        (True, "{request: {user: 'system:node:a', resource: pods}, expect: {level: None}}"),
        (True, "{all: {resource: secrets}, expect: {atMost: Metadata}}"),
        (True, "{all: {resource: [secrets, configmaps], verb: [create, update]}, expect: {level: Metadata}}"),
        (False, "{all: {verb: get}, expect: {atLeast: Metadata}}"),
        (True, "{all: {who: unauthenticated, path: /debug/*}, expect: {level: Metadata}}"),
        (True, "{all: {apiGroup: '*', verb: delete, who: outside-control-plane}, expect: {atLeast: Metadata}}"),
        (False, "{all: {resource: pods, groups: 'system:nodes'}, expect: {atLeast: Metadata}}"),
    ],
)
def test_a_test_passes_exactly_where_the_expectation_holds(passed: bool, test: str) -> None:
    assert results(f"- {test}\n") == [passed]


def test_a_refuted_test_has_a_witness_of_what_refutes_it() -> None:
    (result,) = run_tests(BASELINE, load_tests(HEAD + "- {all: {verb: list}, expect: {atLeast: Metadata}}\n"), 37)
    assert result.witness is not None
    assert evaluate(BASELINE, result.witness).rule == result.rule
    assert evaluate(BASELINE, result.witness).level == result.level == "None"


@pytest.mark.parametrize(
    ("test", "sentence"),
    [
        ("{expect: {level: None}}", "a request is needed, or all for every request of a kind"),
        ("{request: {verb: get}, expect: {level: None}}", "http, a resource or a path is needed"),
        ("{request: {http: GET}, expect: {level: None}}", "a method and a path are allowed"),
        (
            "{request: {http: GET /api/v1/watch}, expect: {level: None}}",
            "answers this with an error and audits nothing",
        ),
        ("{request: {path: /}, expect: {level: None, atMost: None}}", "level alone is allowed, or atLeast"),
        ("{request: {path: /}, expect: {levl: None}}", 'did you mean "level"?'),
        ("{request: {path: /}, all: {}, expect: {level: None}}", "stand here together"),
        ("{request: {path: /}}", 'the field "expect" is missing'),
    ],
)
def test_a_mistake_is_told_at_its_place(test: str, sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        load_tests(f"{HEAD}- {test}\n", file="t.yaml")
    assert any(sentence in str(problem) and str(problem).startswith("t.yaml:4:") for problem in refusal.value.problems)


def test_a_mistake_in_one_test_leaves_the_others_with_their_own_places() -> None:
    with pytest.raises(InputError) as refusal:
        load_tests(HEAD + "- {request: {path: /}}\n- {request: {}, expect: {level: None}}\n")
    assert [problem.span.start.line for problem in refusal.value.problems if problem.span] == [4, 5]


def test_the_schema_takes_what_is_read() -> None:
    validator = Draft202012Validator(json_schema())
    text = HEAD + "- {all: {resource: [secrets]}, expect: {atMost: Metadata}}\n"
    root = next(documents(text)).root
    assert root is not None
    assert validator.is_valid(plain(root))
    assert not validator.is_valid({**plain(root), "tests": [{"expect": {"level": "metadata"}}]})  # type: ignore[dict-item]
