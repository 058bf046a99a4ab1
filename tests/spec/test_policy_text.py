"""The policy on the node is the one that was asked for, with the rules put around it, comments kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.strategies import Case, cases, policies, rules

from auditstrap import InputError, load_spec
from auditstrap.fields import UserFile
from auditstrap.policy import load, presets
from auditstrap.yaml_text import HEADING, dump

HEAD: dict[str, Any] = {"apiVersion": "auditstrap.dev/v1alpha1", "kind": "AuditBootstrap"}
METADATA = {"level": "Metadata"}
POLICY = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n"


def rendered(policy: dict[str, Any], file: str | None = None) -> str:
    """The text of the policy's file on the node."""
    spec = dump({**HEAD, "spec": {"kubernetesVersion": "1.36", "policy": policy}})
    (cluster,) = load_spec(spec, file="s.yaml", read_file=lambda path: UserFile(path, file or "")).clusters
    return (cluster.setup.files[0].content or b"").decode()


def around(text: str, before: list[Any], after: list[Any]) -> str:
    return rendered({"inline": text, "before": before, "after": after})


def problems_of(policy: dict[str, Any], file: str = "") -> list[str]:
    with pytest.raises(InputError) as caught:
        rendered(policy, file)
    return [str(problem) for problem in caught.value.problems]


def read(text: str) -> Any:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def indented(text: str) -> str:
    head, _, rest = text.partition("rules:\n")
    return head + "rules:\n" + "".join(f"    {line}\n" for line in rest.splitlines())


def commented(text: str) -> str:
    lines = [line + "  # here" if line[-1] not in "|>" else line for line in text.splitlines()]
    return "# top\n" + "\n# between\n".join(lines) + "\n\n# end\n"


def rules_first(text: str) -> str:
    data = read(text)
    return dump({"rules": data.pop("rules"), **data})


LAYOUTS: dict[str, Callable[[str], str]] = {
    "block": lambda text: text,
    "indented": indented,
    "commented": commented,
    "rules first": rules_first,
    "flow": lambda text: yaml.safe_dump(read(text), default_flow_style=True),
    "mixed": lambda text: yaml.safe_dump(read(text), default_flow_style=None),
    "JSON": lambda text: Case(read(text)).json,
    "without a last line break": lambda text: text.rstrip("\n"),
    "with document marks": lambda text: f"%YAML 1.1\n---\n{text}...\n",
    "Windows": lambda text: text.replace("\n", "\r\n"),
    "anchors": lambda text: text.replace("rules:\n", "rules: &r\n"),
    "explicit key": lambda text: text.replace("rules:\n", "? rules\n:\n"),
    "tag": lambda text: text.replace("rules:\n", "rules: !!seq\n"),
    "empty lines": lambda text: text.replace("\n", "\n\n"),
    "comment that is less indented": lambda text: indented(text) + "# end\n",
    "quoted key": lambda text: text.replace("rules:\n", '"rules":\n'),
}
FEW = st.lists(rules(), max_size=2)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=12)
@given(policy=policies(), before=FEW, after=FEW)
def test_rules_stand_in_front_of_the_policys_own_and_behind(
    layout: str, policy: dict[str, Any], before: list[Any], after: list[Any]
) -> None:
    made = read(around(LAYOUTS[layout](dump(policy)), before, after))
    assert made["rules"] == before + policy["rules"] + after
    assert {**made, "rules": []} == {**policy, "rules": []}


NASTY = [{**METADATA, "users": ["a\u2028b", "c\nd\n", "\x85", "#", " e", "y", "\U0001f98a"]}]
SMALL = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [METADATA]}


@given(policies(), FEW, FEW)
@example(SMALL, NASTY, NASTY)
def test_what_is_made_is_a_policy_without_warnings(policy: dict[str, Any], before: list[Any], after: list[Any]) -> None:
    text = around(dump(policy), before, after)
    assert not load(text, kubernetes="1.36").warnings
    assert read(text)["rules"] == before + policy["rules"] + after


@pytest.mark.parametrize("layout", LAYOUTS)
def test_strings_of_any_characters_stay_what_they_are(layout: str) -> None:
    made = read(around(LAYOUTS[layout](dump(SMALL)), NASTY, NASTY))
    assert made["rules"] == [*NASTY, METADATA, *NASTY]


def test_the_text_of_the_policy_stays_as_it_is() -> None:
    text = around(POLICY.replace("- level", "# mine\n- level") + "# end\n", [METADATA], [])
    assert text == (
        f"# {HEADING}\n"
        "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n"
        "# policy.before of the spec\n- level: Metadata\n"
        "# mine\n- level: Metadata\n# end\n"
    )


def test_rules_behind_stand_before_what_follows_the_list() -> None:
    text = "rules:\n  - level: None\n# about the kind\nkind: Policy\napiVersion: audit.k8s.io/v1\n"
    assert around(text, [], [METADATA]) == (
        f"# {HEADING}\nrules:\n  - level: None\n  # policy.after of the spec\n  - level: Metadata\n"
        "# about the kind\nkind: Policy\napiVersion: audit.k8s.io/v1\n"
    )


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_keeps_its_comments_with_rules_around_it(name: str) -> None:
    alone = rendered({"preset": name})
    text = rendered({"preset": name, "before": [METADATA], "after": [METADATA]})
    assert set(alone.splitlines()) <= set(text.splitlines())
    assert read(text)["rules"] == [METADATA, *read(alone)["rules"], METADATA]


def test_the_heading_is_the_first_line() -> None:
    assert rendered({}).startswith(f"# {HEADING}\n")
    assert rendered({"inline": read(POLICY)}).startswith(f"# {HEADING}\n")


def test_a_mapping_and_its_text_and_a_file_of_it_are_the_same_policy() -> None:
    made = {rendered({"inline": read(POLICY)}), rendered({"inline": POLICY}), rendered({"file": "p.yaml"}, POLICY)}
    assert made == {f"# {HEADING}\n{POLICY}"}


def test_windows_line_breaks_do_not_reach_the_node() -> None:
    assert "\r" not in rendered({"file": "p.yaml"}, POLICY.replace("\n", "\r\n"))


def test_a_mistake_in_a_file_is_told_in_that_file() -> None:
    (problem,) = problems_of({"file": "p.yaml"}, POLICY.replace("Metadata", "Metdata"))
    assert problem.startswith("p.yaml")
    assert "kube-apiserver 1.36 would not start with this policy: " in problem
    assert "rules[0].level" in problem


@pytest.mark.parametrize("policy", ["", "# nothing\n", "kind: Policy\n", "rules: [", "[]", "text", "\x07"])
def test_a_file_that_is_no_policy_is_refused(policy: str) -> None:
    (problem,) = problems_of({"file": "p.yaml"}, policy)
    assert problem.startswith("p.yaml")


def test_a_mistake_in_a_rule_is_told_at_its_place_in_that_rule() -> None:
    spec = 'spec:\n  kubernetesVersion: "1.36"\n  policy:\n    after:\n    - level: Metadata\n    - level: metadata\n'
    with pytest.raises(InputError) as caught:
        load_spec("apiVersion: auditstrap.dev/v1alpha1\nkind: AuditBootstrap\n" + spec, file="s.yaml")
    (problem,) = map(str, caught.value.problems)
    assert problem.startswith("s.yaml:8:14: spec.policy.after[1]: kube-apiserver 1.36 would not start")
    assert "rules[0]" not in problem


def test_mistakes_of_the_policy_and_of_both_lists_are_told_at_once() -> None:
    bad = {"level": "x"}
    assert len(problems_of({"inline": POLICY.replace("Metadata", "x"), "before": [bad], "after": [METADATA, bad]})) == 3


def test_a_second_document_is_refused_because_it_would_be_ignored() -> None:
    (problem,) = problems_of({"file": "p.yaml"}, f"{POLICY}---\n{POLICY}")
    assert problem == "p.yaml:5:1: kube-apiserver reads only the first document; this one would be ignored"


def test_a_bomb_of_aliases_is_refused() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
    text = (
        "apiVersion: auditstrap.dev/v1alpha1\nkind: AuditBootstrap\n"
        "spec:\n  kubernetesVersion: v1.36.0\n  policy:\n    inline:\n"
        + "".join(f"      {line}\n" for line in bomb.splitlines())
    )
    with pytest.raises(InputError, match="aliases make this larger"):
        load_spec(text)


@given(cases())
def test_every_policy_on_a_node_is_one_that_its_api_server_takes(case: Case) -> None:
    (cluster,) = load_spec(case.text, read_file=case.read_file).clusters
    text = (cluster.setup.files[0].content or b"").decode()
    assert not load(text, kubernetes=str(cluster.setup.kubernetes)).warnings
