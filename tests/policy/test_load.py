"""``load`` says what kube-apiserver says, points at it, and survives every text."""

from __future__ import annotations

import json
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.corpus import corpus_files
from tests.policy.vectors import DECODE, as_upstream_shows, without_empty_lists
from tests.strategies import MINORS, policies

from auditstrap.policy import Dropped, Policy, PolicyError, load, load_node
from auditstrap.policy.documents import MAX_BYTES
from auditstrap.source import Mapping, Position, Span, documents
from auditstrap.yaml_text import dump

HEAD = "apiVersion: audit.k8s.io/v1\nkind: Policy\n"


def refusal(text: str | bytes, kubernetes: str = "1.36") -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        load(text, kubernetes)
    return caught.value


def outcome(text: str | bytes) -> Policy | str:
    """The policy, or the error's words."""
    try:
        return load(text, "1.36")
    except PolicyError as error:
        return str(error)


def starts(span: Span | None) -> tuple[int, int] | None:
    return None if span is None else (span.start.line, span.start.column)


@pytest.mark.parametrize("case", DECODE, ids=lambda case: case["id"])
def test_a_policy_gets_upstreams_verdict_error_warnings_and_fields(case: dict[str, Any]) -> None:
    told = tuple(warning.removesuffix("\n") for warning in case["warnings"] or ())
    if case["ok"]:
        policy = load(case["policy"], "1.36")
        assert policy.warnings == told
        shown = as_upstream_shows(policy)
        assert without_empty_lists({name: case["parsed"][name] for name in shown}) == without_empty_lists(shown)
    else:
        error = refusal(case["policy"])
        assert (str(error), error.warnings) == (case["error"], told)


@pytest.mark.parametrize("case", DECODE, ids=lambda case: case["id"])
def test_text_and_bytes_are_the_same_policy(case: dict[str, Any]) -> None:
    assert outcome(case["policy"]) == outcome(case["policy"].encode())


def test_what_no_version_of_kubernetes_is_is_a_value_error() -> None:
    with pytest.raises(ValueError, match=r"2\.0"):
        load(f"{HEAD}rules: [{{level: None}}]", "2.0")


@pytest.mark.parametrize("minor", MINORS)
def test_unknown_fields_are_told_of_from_1_26_and_dropped_on_every_minor(minor: int) -> None:
    policy = load(f"{HEAD}rules:\n- level: None\n  user: [a]\n", f"1.{minor}")
    assert bool(policy.warnings) == (minor >= 26)
    assert policy.dropped == (Dropped("unknown", "user", "rules[0].user", Span(Position(5, 3), Position(5, 7))),)


@pytest.mark.parametrize("minor", MINORS)
def test_a_star_is_a_group_from_1_36(minor: int) -> None:
    text = f'{HEAD}rules:\n- level: None\n  resources:\n  - group: "*"\n'
    if minor >= 36:
        assert load(text, f"1.{minor}").rules[0].resources[0].group == "*"
    else:
        error = refusal(text, f"1.{minor}")
        assert str(error).startswith('rules[0].resources.group: Invalid value: "*": a lowercase RFC 1123 subdomain')


@pytest.mark.parametrize("minor", MINORS)
def test_a_misplaced_type_error_without_apiversion_names_what_embeds_it_from_1_35(minor: int) -> None:
    shown = "Policy.ObjectMeta.name" if minor >= 35 else "Policy.name"
    assert f"Go struct field {shown} of type string" in str(refusal("name: 5\n", f"1.{minor}"))


def test_a_key_that_repeats_is_dropped_where_it_stood_first() -> None:
    policy = load(f"{HEAD}rules:\n- level: None\n  level: Metadata\n")
    (dropped,) = policy.dropped
    assert policy.rules[0].level == "Metadata"
    assert (dropped.kind, dropped.path, starts(dropped.span), starts(dropped.by)) == (
        *("repeated", "rules[0].level"),
        *((4, 3), (5, 3)),
    )


def test_a_merge_behind_a_key_overrides_it() -> None:
    policy = load(f"{HEAD}x: &x {{level: Metadata}}\nrules:\n- level: None\n  <<: *x\n")
    assert policy.rules[0].level == "Metadata"
    assert [dropped.path for dropped in policy.dropped] == ["rules[0].level", "x"]


def test_json_merges_a_list_into_the_one_that_it_repeats() -> None:
    rules = '"rules": [{"level": "None", "users": ["a"]}], "rules": [{"level": "Metadata"}]'
    policy = load(f'{{"apiVersion": "audit.k8s.io/v1", {rules}}}')
    assert (policy.rules[0].level, policy.rules[0].users) == ("Metadata", ("a",))
    assert [dropped.path for dropped in policy.dropped] == ["rules"]


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}rules:\n- level: None\n- resources:\n  - group: apps\n  level: Metadata\n",
        (
            '{"apiVersion": "audit.k8s.io/v1",\n\n\n"rules": [{"level": "None"},\n'
            '  {"resources":\n   [{}], "level": "None"}]}'
        ),
    ],
    ids=["yaml", "json"],
)
def test_rules_and_their_resources_know_where_they_stand(text: str) -> None:
    rule = load(text).rules[1]
    assert (starts(rule.span), starts(rule.resources[0].span)) == ((5, 3), (6, 5))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"{HEAD}rules:\n- level: Nonee\n", (4, 10)),
        (f"{HEAD}rules:\n- level: None\n- users: [a]\n", (5, 3)),
        (f"{HEAD}rules:\n- level: None\n  users: [a, 1]\n", (5, 14)),
        (f"{HEAD}rules:\n- level: None\n  nonResourceURLs: [/a, b]\n", (5, 25)),
        (f"{HEAD}metadata: {{creationTimestamp: soon}}\n", (3, 31)),
        ('{"kind":\n  nul}', (2, 6)),
        (f"{HEAD}rules: [\n", (4, 1)),
        (f"{HEAD}# \x07", (3, 3)),
    ],
)
def test_an_error_points_at_what_is_wrong(text: str, place: tuple[int, int]) -> None:
    assert starts(refusal(text).span) == place


def test_a_policy_within_another_file_has_that_files_places() -> None:
    inner = HEAD + "rules: [{level: None, a: 1}]\n"
    (document,) = documents("spec:\n  policy:\n" + textwrap.indent(inner, "    "))
    assert isinstance(document.root, Mapping)
    spec = document.root.get("spec")
    assert isinstance(spec, Mapping)
    policy = load_node(spec.get("policy"))
    assert starts(policy.rules[0].span) == (5, 13)
    assert starts(policy.dropped[0].span) == (5, 27)
    with pytest.raises(PolicyError, match="unknown group version field"):
        load_node(None)


@given(policies(), st.sampled_from(MINORS))
def test_json_and_yaml_of_the_same_data_are_the_same_policy(data: dict[str, Any], minor: int) -> None:
    assert load(dump(data), f"1.{minor}") == load(json.dumps(data), f"1.{minor}")
    flow = yaml.safe_dump(data, default_flow_style=True, explicit_start=True)
    assert load(flow, f"1.{minor}") == load(dump(data), f"1.{minor}")


@given(st.binary() | st.text().map(lambda text: HEAD.encode() + text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_policy_or_an_error_in_words(data: bytes) -> None:
    assert outcome(data)


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_a_policy_or_an_error_in_words(text: str) -> None:
    assert outcome(text)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]\n" for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{HEAD}{BOMB}rules: [{{level: None}}]\n", "failed decoding: yaml: document contains excessive aliasing"),
        (f"{HEAD}rules: &a [*a]\n", "failed decoding: yaml: anchor 'a' value contains itself"),
        (f"{HEAD}rules: {'[' * 100_000}", "failed decoding: yaml: line 2: nested more than 100 deep"),
        ('{"a":' * 20_000, f"failed decoding: {'couldn'}'t get version/kind; json parse error: exceeded max depth"),
        ("- a\n" * (MAX_BYTES // 4 + 1), "failed decoding: more than 4 MiB, which is more than any audit policy needs"),
        (b"\xff" * 50_000_000, "failed decoding: more than 4 MiB, which is more than any audit policy needs"),
        (f"{HEAD}x: {'9' * 100_000}\n", "loaded illegal policy with 0 rules"),
        (f'{{"apiVersion": "audit.k8s.io/v1", "x": {"9" * 100_000}}}', "loaded illegal policy with 0 rules"),
    ],
    ids=["bomb", "cycle", "deep YAML", "deep JSON", "large", "50 MB", "long number", "long JSON number"],
)
def test_a_text_made_to_hurt_ends_soon_and_in_words(text: str | bytes, told: str) -> None:
    start = time.process_time()
    assert str(refusal(text)) == told
    assert time.process_time() - start < 5


@pytest.mark.parametrize("path", corpus_files("apiserver-cases/reader", "*.yaml"))
def test_upstreams_reader_cases_load_or_fail_as_there(path: Path) -> None:
    expected = json.loads((path.parent / "expected.json").read_text())["expected"][path.name]
    if expected["result"] == "loads":
        assert load(path.read_bytes(), "1.36").rules
    else:
        assert str(refusal(path.read_bytes()))


@pytest.mark.parametrize("path", corpus_files("apiserver-cases", "validation_cases.json"))
def test_upstreams_validation_cases_are_valid_or_not_as_there(path: Path) -> None:
    for case in json.loads(path.read_text())["cases"]:
        if case["valid"] and case["policy"]["rules"]:
            assert load(json.dumps(case["policy"]), "1.36"), case["name"]
        else:
            assert str(refusal(json.dumps(case["policy"]))), case["name"]


@pytest.mark.parametrize("path", corpus_files("policies"))
def test_a_policy_of_other_people_loads_or_is_of_another_version(path: Path) -> None:
    loaded = outcome(path.read_bytes())
    if isinstance(loaded, str):
        assert loaded.startswith('failed decoding: no kind "Policy" is registered for version "audit.k8s.io/v')
    else:
        assert all(rule.span for rule in loaded.rules)
        assert bool(loaded.warnings) == bool(loaded.dropped)
