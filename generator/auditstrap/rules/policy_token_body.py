"""A rule that writes tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.rules.support.bodies import written
from auditstrap.rules.support.meaning import about_policies


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Tokens, of service accounts or under review, that can reach the log."""
    return written(judged, "token")


RULE: Final = about_policies(
    "policy-token-body",
    faults,
    Severity.LEAK,
    what=(
        "A rule that writes tokens: of a TokenReview at level Request, of a service account's token "
        "request at RequestResponse."
    ),
    why=(
        "The token stands in the log in plain text and works until it expires: of whoever "
        "authenticates through a webhook, or of the service account."
    ),
    wrong="""\
- level: Metadata
  resources:
  - group: ""
    resources: [secrets, configmaps]
- level: RequestResponse
""",
    right="""\
- level: Metadata
  resources:
  - group: ""
    resources: [secrets, configmaps, serviceaccounts/token]
  - group: authentication.k8s.io
    resources: [tokenreviews]
- level: RequestResponse
""",
    sources=(
        "k8s.io/api/authentication/v1: TokenReviewSpec, TokenRequestStatus",
        "CIS Kubernetes Benchmark 3.2.2",
    ),
)
