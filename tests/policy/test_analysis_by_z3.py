"""The analysis against a solver."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.corpus import corpus_files
from tests.policy.formulas import decides_nothing, leaves_some_request

from auditstrap.policy import PolicyError, analyse, load


@pytest.mark.parametrize("path", corpus_files("policies"))
def test_a_solver_finds_the_same_rules_dead_and_the_same_policies_with_a_gap(path: Path) -> None:
    try:
        policy = load(path.read_bytes(), kubernetes="1.36")
    except PolicyError:
        pytest.skip("kube-apiserver does not load it")
    analysis = analyse(policy, "1.36")
    assert analysis.undecided == ()
    dead = {found.rule for found in analysis.dead if found.proof == "always"}
    assert dead == {rule for rule in range(len(policy.rules)) if decides_nothing(policy, rule)}
    assert (analysis.uncovered is not None) == leaves_some_request(policy)
