"""Reports in the formats of other programs say the same as ours."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from auditstrap.checking import Options, check
from auditstrap.findings import Report
from auditstrap.profiles import PROFILES
from auditstrap.reporters import BY_NAME, REPORTERS
from auditstrap.reporters.schema import json_schema
from auditstrap.rules.support.examples import KUBEADM, changed

TEXT = changed(changed(KUBEADM, "readOnly: false", "readOnly: true"), "value: /var/log", 'value: "/var/log%,:é')
TEXT = TEXT.replace("audit/audit.log\n", 'audit/audit.log"\n')
TEXTS = {"a b.yaml": TEXT, "good.yaml": KUBEADM}


def report(profile: str = "default") -> Report:
    return check(TEXTS.items(), Options(profile=profile))


def output(name: str) -> str:
    return "\n".join(BY_NAME[name].lines(report(), TEXTS.get, colour=False))


def test_every_reporter_has_a_name_of_its_own() -> None:
    assert len(BY_NAME) == len(REPORTERS)


def test_json_is_as_its_schema_says() -> None:
    jsonschema.validate(json.loads(output("json")), json_schema())


def test_sarif_has_every_finding_with_its_rule_and_region() -> None:
    (run,) = json.loads(output("sarif"))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [one.rule for one in report().findings]
    for result, finding in zip(run["results"], report().findings, strict=True):
        location = result["locations"][0]["physicalLocation"]
        assert location["artifactLocation"]["uri"] == "a%20b.yaml"
        assert location["region"]["startLine"] == finding.start.line
        assert ("fixes" in result) == (finding.fix is not None)


def test_github_has_a_line_for_each_finding_with_everything_escaped() -> None:
    lines = output("github").split("\n")
    assert len(lines) == len(report().findings)
    assert all(line.startswith("::error file=a b.yaml,line=") for line in lines)
    assert any("/var/log%25,:é" in line.split("::")[2] for line in lines)


def test_junit_has_a_test_for_each_file_and_a_failure_for_each_finding() -> None:
    root = ET.fromstring(output("junit").encode())  # noqa: S314 - made here
    assert [case.get("name") for case in root.iter("testcase")] == ["a b.yaml", "good.yaml"]
    assert len(list(root.iter("failure"))) == len(report().findings)


@pytest.mark.parametrize("profile", [profile.name for profile in PROFILES])
def test_a_profile_names_its_controls(profile: str) -> None:
    found = {control for finding in report(profile).findings for control in finding.controls}
    assert bool(found) == (profile != "default")
    assert all(control.startswith(f"{profile}:") for control in found)


def test_a_profile_that_leaves_rules_out_says_so() -> None:
    assert [bool(report(profile).notes) for profile in ("cis-1.12", "stig-v2r6")] == [False, True]
