from __future__ import annotations

import re
from itertools import chain

import pytest

from auditstrap.kubernetes.versions import NEWEST_MINOR, OLDEST_MINOR
from auditstrap.policy import Policy, evaluate, load, presets
from auditstrap.policy.claims import judge
from auditstrap.policy.promises import BASELINE, BROKEN, KEPT, Promise

NAMES = presets.names()


def _text(name: str) -> str:
    return presets.text(presets.get(name))


@pytest.mark.parametrize("minor", [OLDEST_MINOR, 31, 32, 35, 36, NEWEST_MINOR])
@pytest.mark.parametrize("name", NAMES)
def test_every_promise_is_proved_for_every_request(name: str, minor: int) -> None:
    policy = load(_text(name), kubernetes=f"1.{minor}")
    verdicts = [judge(policy, promise.claims, minor) for promise in KEPT[name]]
    assert {(verdict.holds, verdict.proof) for verdict in sum(verdicts, ())} == {(True, "always")}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_preset_does_not_keep_of_the_default_one_is_listed_and_refuted_by_a_witness(name: str) -> None:
    policy = load(_text(name))
    verdicts = {promise: judge(policy, promise.claims, NEWEST_MINOR) for promise in BASELINE}
    refuted = {promise: [v for v in found if v.holds is False] for promise, found in verdicts.items()}
    assert tuple(promise for promise in BASELINE if refuted[promise]) == BROKEN[name]
    for verdict in chain.from_iterable(refuted.values()):
        assert verdict.witness is not None
        assert evaluate(policy, verdict.witness).rule == verdict.rule


@pytest.mark.parametrize("name", NAMES)
def test_the_comments_at_the_top_of_a_preset_are_its_promises(name: str) -> None:
    written = re.findall(r"^# promise: (.*)$", _text(name), re.MULTILINE)
    assert written == [promise.text for promise in KEPT[name]]
    broken = re.findall(r"^# broken promise: (.*)$", _text(name), re.MULTILINE)
    assert broken == [promise.text for promise in BROKEN[name]]


def test_a_promise_is_told_from_the_policy_that_breaks_it() -> None:
    for promise in BASELINE:
        leaky = load("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: RequestResponse}]\n")
        silent = load("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None}]\n")
        assert _breaks(promise, leaky) or _breaks(promise, silent)


def _breaks(promise: Promise, policy: Policy) -> bool:
    return any(verdict.holds is False for verdict in judge(policy, promise.claims, NEWEST_MINOR))
