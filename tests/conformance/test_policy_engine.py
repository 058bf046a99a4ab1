"""Policies and requests, well-formed and mangled, before kube-apiserver's own code: both must say the same.

``AUDITSTRAP_JUDGE_SCALE`` multiplies the numbers of decodings (5,000), evaluations (100,000) and requests.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.conformance.harness.agreement import Agreement, Agreements
from tests.conformance.harness.http_lines import http_lines
from tests.conformance.harness.judge import Judge, Question, judge
from tests.conformance.harness.mangling import mangled, mistyped
from tests.conformance.harness.requests import requests
from tests.policy.vectors import DECODE, EVALUATE
from tests.strategies import policies

from auditstrap.policy import PolicyError, Request, RequestError, load

RELEASES = ("0.34.4", "0.36.0")
SCALE = int(os.environ.get("AUDITSTRAP_JUDGE_SCALE", "1"))
SEEDS = st.integers(0, 2**32)
# In each example many policies are asked at once: a run of the judge costs more than an answer.
BATCH = 50
REQUESTS_EACH = 200

thoroughly = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)

Data = dict[str, Any]


@pytest.fixture(scope="module", params=RELEASES)
def upstream(request: pytest.FixtureRequest) -> Judge:
    return judge(request.param)


@pytest.fixture
def agreements(upstream: Judge, record_property: Callable[[str, object], None]) -> Iterator[Agreements]:
    """Counted over all examples of a test; hardly any may be compared by less than all that was said."""
    counted = Agreements()
    yield counted
    counts = counted.of(upstream.release)
    for agreement, count in counts.items():
        record_property("agreement", (f"k8s.io/apiserver {upstream.release}: {agreement.value}", count))
    decodings = sum(count for agreement, count in counts.items() if agreement is not Agreement.EVALUATED)
    assert counts.get(Agreement.PARSER, 0) <= decodings / 50
    assert counts.get(Agreement.GRAMMAR, 0) + counts.get(Agreement.KIND, 0) <= decodings / 200


def taken_apart(line: str) -> Request | None:
    """A request line as a request, None where it is refused."""
    method, _, url = line.partition(" ")
    try:
        return Request.from_http(method, url)
    except RequestError:
        return None


def written(data: Any, random: Random) -> bytes:
    """A policy as JSON or YAML, in one of their styles."""
    if random.random() < 0.4:
        return json.dumps(data, indent=random.choice((None, 1)), ensure_ascii=random.random() < 0.5).encode()
    style = random.choice((True, False, None))
    return yaml.safe_dump(data, default_flow_style=style, explicit_start=True, allow_unicode=True).encode()


def test_policies_decide_requests_alike(upstream: Judge, agreements: Agreements) -> None:
    decide_alike(upstream, agreements)
    assert agreements.of(upstream.release)[Agreement.EVALUATED] >= 100_000 * SCALE


@given(made=st.lists(policies(), min_size=1, max_size=3), seed=SEEDS)
@settings(thoroughly, max_examples=70 * SCALE)
def decide_alike(upstream: Judge, agreements: Agreements, made: list[Data], seed: int) -> None:
    random = Random(repr((made, seed)))  # of both: hypothesis varies now one, now the other
    known = [case["policy"] for case in random.sample(EVALUATE, 7)]
    data = [*made, *known, *(mistyped(policy, random) for policy in known for _ in range(5))]
    questions = []
    for text in (written(policy, random) for policy in data):
        try:
            asked = requests(load(text, upstream.kubernetes), random, REQUESTS_EACH)
        except PolicyError:
            asked = ()
        questions.append(Question(text, asked))
    agreements.compare(upstream, questions)


def test_mangled_texts_load_or_fail_alike(upstream: Judge, agreements: Agreements) -> None:
    load_alike(upstream, agreements)
    assert sum(agreements.of(upstream.release).values()) >= 5_000 * SCALE


@given(made=st.lists(policies(), min_size=1, max_size=3), seed=SEEDS)
@settings(thoroughly, max_examples=100 * SCALE)
def load_alike(upstream: Judge, agreements: Agreements, made: list[Data], seed: int) -> None:
    random = Random(repr((made, seed)))  # of both: hypothesis varies now one, now the other
    texts = [case["policy"] for case in DECODE] + [written(policy, random).decode() for policy in made]
    agreements.compare(upstream, [Question(mangled(random.choice(texts), random)) for _ in range(BATCH)])


@given(data=st.lists(st.binary(max_size=64) | st.text(max_size=64).map(str.encode), min_size=BATCH, max_size=BATCH))
@settings(thoroughly, max_examples=4 * SCALE)
def test_noise_fails_alike(upstream: Judge, agreements: Agreements, data: list[bytes]) -> None:
    agreements.compare(upstream, [Question(noise) for noise in data])


@given(seed=SEEDS)
@settings(thoroughly, max_examples=10 * SCALE)
def test_requests_are_taken_apart_alike(upstream: Judge, seed: int) -> None:
    lines = http_lines(Random(seed), 1_000)
    (answer,) = upstream.answers([Question(http=tuple(lines))])
    for line, theirs in zip(lines, answer.infos, strict=True):
        assert (taken_apart(line) is None) == (theirs.error is not None), line
        assert taken_apart(line) in {None, theirs.request}, line
