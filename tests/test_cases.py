"""Worked cases: in each folder what must be found is found, what may be may, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditstrap.checking import check
from auditstrap.findings import Report
from auditstrap.rules import BY_ID

CASES = Path(__file__).parent / "cases"
EXPECTED: dict[str, dict[str, list[str]]] = json.loads((CASES / "EXPECT.json").read_text())

PLACES = {
    "01-policy-not-mounted": ("manifests/kube-apiserver.yaml", 21),
    "03-log-dir-readonly": ("manifests/kube-apiserver.yaml", 98),
    "06-policy-v1beta1": ("audit/policy.yaml", 1),
    "12-flag-typo-max-age": ("manifests/kube-apiserver.yaml", 17),
    "15-log-path-stdout": ("manifests/kube-apiserver.yaml", 20),
    "21-duplicate-volume-name": ("manifests/kube-apiserver.yaml", 120),
    "24-hostpath-type-wrong": ("manifests/kube-apiserver.yaml", 115),
    "25-log-emptydir": ("manifests/kube-apiserver.yaml", 117),
    "40-policy-level-lowercase": ("audit/policy.yaml", 17),
    "41-policy-key-typo": ("audit/policy.yaml", 12),
    "61-kubeadm-v1beta4-extraargs-map": ("kubeadm.yaml", 5),
    "65-kubeadm-v1beta3-int-value": ("kubeadm.yaml", 6),
    "70-capi-file-path-typo": ("kcp.yaml", 34),
    "72-capi-embedded-policy-broken-yaml": ("kcp.yaml", 43),
    "81-cloudinit-policy-mode-and-order": ("user-data.yaml", 34),
}


def checked(case: str) -> Report:
    files = sorted(path for path in (CASES / case).rglob("*") if path.is_file())
    return check((str(path.relative_to(CASES / case)), path.read_text()) for path in files)


@pytest.mark.parametrize("case", EXPECTED)
def test_a_case_gives_what_it_must_and_nothing_that_it_may_not(case: str) -> None:
    report = checked(case)
    found = {finding.rule for finding in report.findings}
    must = set(EXPECTED[case]["must"]) & set(BY_ID)
    assert must <= found <= must | set(EXPECTED[case]["may"])
    assert not report.defects
    assert not report.skipped


@pytest.mark.parametrize("case", PLACES)
def test_a_case_is_found_at_its_line(case: str) -> None:
    path, line = PLACES[case]
    assert (path, line) in {(finding.path, finding.start.line) for finding in checked(case).findings}
