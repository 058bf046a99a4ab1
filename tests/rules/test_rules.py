"""Every rule has a module, a line in the registry, a page whose examples hold, and fixtures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from tests.rules.fixtures import Fixture, fixtures

from auditstrap import rules
from auditstrap.checking import Options, check
from auditstrap.rules import RULES
from auditstrap.rules.support.rule import Rule

MODULES = Path(rules.__file__).parent
FIXTURES = tuple(fixtures())
IDS = [rule.id for rule in RULES]


def test_every_module_is_registered_once_under_its_stem() -> None:
    stems = {path.stem.replace("_", "-") for path in MODULES.glob("*.py") if path.stem != "__init__"}
    assert sorted(stems) == sorted(IDS)


def test_the_registry_is_in_order() -> None:
    assert sorted(IDS) == IDS


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_every_rule_has_fixtures_that_are_good_and_bad(rule: Rule[Any]) -> None:
    kinds = {fixture.is_good for fixture in FIXTURES if fixture.rule == rule.id}
    assert kinds == {True, False}


def test_no_fixture_is_of_a_rule_that_is_gone() -> None:
    assert {fixture.rule for fixture in FIXTURES} == set(IDS)


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_the_page_of_a_rule_is_written(rule: Rule[Any]) -> None:
    assert all(text.endswith(".") for text in (rule.what, rule.why))
    assert rule.sources or rule.id.startswith("suppression-")  # nobody but us has those
    assert rule.severities == tuple(sorted(set(rule.severities)))
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)


def found_in(rule: Rule[Any], example: str | dict[str, str]) -> list[str]:
    files = example if isinstance(example, dict) else {"example.yaml": example}
    report = check(files.items(), Options(pedantic=rule.pedantic))
    assert not report.defects
    return [finding.rule for finding in report.findings]


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_the_wrong_example_is_found_and_nothing_else_in_it(rule: Rule[Any]) -> None:
    assert found_in(rule, rule.wrong) == [rule.id]


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_nothing_is_found_in_the_right_example(rule: Rule[Any]) -> None:
    assert found_in(rule, rule.right) == []


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda f: f"{f.rule}/{f.path.name}")
def test_a_fixture_gives_its_output(fixture: Fixture) -> None:
    report = fixture.report()
    assert not report.defects
    if fixture.is_good:
        assert fixture.output() == ""
        return
    assert {finding.rule for finding in report.findings} == {fixture.rule}
    assert fixture.output() == fixture.expected.read_text()
    allowed = next(rule.severities for rule in RULES if rule.id == fixture.rule)
    assert {finding.severity for finding in report.findings} <= set(allowed)
