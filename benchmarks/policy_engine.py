"""Times loading, request lines and decisions on one core, and Go's evaluator on the same questions where it is built.

``python benchmarks/policy_engine.py``, with the checkout on the path of Python for the Go program of the tests.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from auditstrap.policy import Policy, Request, evaluate, load, presets

HERE = Path(__file__).parent
RELEASE = "0.36.0"
ROUNDS = 5

LINES = (
    "GET /api/v1/namespaces/prod/secrets/db",
    "POST /api/v1/namespaces/prod/pods/web/exec?command=sh",
    "GET /healthz",
    "PUT /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n1",
    "GET /apis/apps/v1/deployments?watch=1&fieldSelector=metadata.name%3Dweb",
    "PATCH /apis/example.com/v1/namespaces/a/things/b/status",
    "DELETE /api/v1/namespaces/x/configmaps/y",
)
USERS = (
    ("alice", ("dev", "system:authenticated")),
    ("system:node:n1", ("system:nodes", "system:authenticated")),
    ("system:kube-proxy", ("system:authenticated",)),
    (None, ()),
)


def main() -> None:
    """Measure everything and print it."""
    requests = [
        Request.from_http(*line.split(" "), user=user, groups=groups) for line in LINES for user, groups in USERS
    ] * 1000
    print(f"{'policy':<24}{'rules':>6}{'load ms':>9}{'decisions/s':>14}{'of them in Go':>16}")
    for name, text in texts().items():
        policy = load(text)
        seconds = best(lambda text=text: load(text))
        decided = len(requests) / best(lambda policy=policy: decide(policy, requests))
        print(f"{name:<24}{len(policy.rules):>6}{seconds * 1000:>9.2f}{decided:>14,.0f}{in_go(text, requests):>16}")
    taken = len(LINES) * 1000 / best(lambda: [Request.from_http(*line.split(" ")) for line in LINES * 1000])
    print(f"\nrequest lines taken apart: {taken:,.0f}/s")


def texts() -> dict[str, str]:
    """Policies by name: the presets, and generated ones of 100 and 1,000 rules."""
    found = {str(preset): presets.text(preset) for preset in presets.PRESETS}
    for count in (100, 1000):
        rules = [
            {"level": "Metadata", "verbs": ["get", "list"], "resources": [{"group": "", "resources": [f"r{i}/*"]}]}
            for i in range(count)
        ]
        found[f"{count} rules"] = json.dumps({"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": rules})
    return found


def decide(policy: Policy, requests: list[Request]) -> None:
    """Every request once."""
    for request in requests:
        evaluate(policy, request)


def best(work: Callable[[], object]) -> float:
    """The seconds of the fastest of several rounds, after one that does not count."""
    work()
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        rounds.append(time.perf_counter() - start)
    return min(rounds)


def in_go(text: str, requests: list[Request]) -> str:
    """Decisions a second of upstream's evaluator: the time of many rounds less that of none, without the reading."""
    sys.path.insert(0, str(HERE.parent))
    try:
        from tests.conformance.harness.judge import judge  # noqa: PLC0415 - needs the checkout on the path
    except ImportError:
        return "-"
    seconds = judge(RELEASE).seconds_to_decide(text.encode(), tuple(requests[:1000]), 100)
    return f"{1000 * 100 / seconds:,.0f}"


if __name__ == "__main__":
    main()
