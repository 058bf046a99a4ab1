"""Fixes, baselines and fingerprints: what is fixed is gone, nothing new comes, everything else stays."""

from __future__ import annotations

import pytest

from auditstrap.baseline import without_known, written
from auditstrap.checking import check
from auditstrap.fingerprints import fingerprints
from auditstrap.fixing import fixed
from auditstrap.rules.support.examples import CONTROL_PLANE, KUBEADM, KUBEADM_V1BETA3, changed

FIXABLE = {
    "log-mount-read-only": changed(KUBEADM, "readOnly: false", "readOnly: true  # why"),
    "policy-mount-writable": changed(KUBEADM, "readOnly: true", "readOnly: false"),
    "policy-mount-type": changed(KUBEADM, "pathType: File", "pathType: FileOrCreate"),
    "log-mount-type": changed(KUBEADM, "pathType: DirectoryOrCreate", "pathType: File"),
    "kubeadm-extra-args-shape": changed(KUBEADM_V1BETA3, '"30"', "30"),
    "flag-unknown": changed(KUBEADM, "name: audit-log-maxage", "name: audit-log-max-age"),
}


@pytest.mark.parametrize("rule", FIXABLE)
def test_after_its_fix_a_finding_is_gone_and_nothing_new_is_there(rule: str) -> None:
    text = FIXABLE[rule]
    report = check([("f.yaml", text)])
    assert [finding.rule for finding in report.findings] == [rule]
    made = fixed(report.findings, {"f.yaml": text}.get)
    assert made.findings == report.findings
    assert check([("f.yaml", made.texts["f.yaml"])]).findings == ()


@pytest.mark.parametrize("rule", FIXABLE)
def test_a_fix_changes_one_line(rule: str) -> None:
    text = FIXABLE[rule]
    after = fixed(check([("f.yaml", text)]).findings, {"f.yaml": text}.get).texts["f.yaml"]
    differing = [pair for pair in zip(text.split("\n"), after.split("\n"), strict=True) if pair[0] != pair[1]]
    assert len(differing) == 1
    assert ("# why" in text) == ("# why" in after)


def test_a_fix_inside_an_embedded_document_changes_the_outer_file() -> None:
    text = changed(CONTROL_PLANE, "readOnly: true", "readOnly: false")
    after = fixed(check([("f.yaml", text)]).findings, {"f.yaml": text}.get).texts["f.yaml"]
    assert after == CONTROL_PLANE


def test_a_baseline_hides_what_it_knows_also_after_lines_have_moved() -> None:
    text = FIXABLE["log-mount-read-only"]
    known = written(check([("f.yaml", text)]), {"f.yaml": text}.get)
    moved = "# a new line\n" + changed(text, '"30"', '"7"')
    report = without_known(check([("f.yaml", moved)]), known, {"f.yaml": moved}.get)
    assert [finding.rule for finding in report.findings] == ["log-maxage"]


def test_two_findings_alike_have_two_fingerprints() -> None:
    text = KUBEADM_V1BETA3.replace('"30"', "30").replace('"10"', "10")
    findings = check([("f.yaml", text)]).findings
    assert len(set(fingerprints(findings, {"f.yaml": text}.get))) == len(findings) == 2


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 2, "findings": []}', '{"version": 1, "findings": [1]}'])
def test_what_is_no_baseline_is_refused_in_a_sentence(text: str) -> None:
    report = check([("f.yaml", KUBEADM)])
    with pytest.raises(ValueError, match="it is "):
        without_known(report, text, {"f.yaml": KUBEADM}.get)
