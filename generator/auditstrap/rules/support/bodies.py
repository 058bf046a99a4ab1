"""Bodies that a policy lets into the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.policy.analysis import BodyWritten
from auditstrap.rules.support.meaning import shown, witness

_WHAT: Final = {"secret": "the body of a Secret", "configmap": "the body of a ConfigMap", "token": "a token"}
_MOST_USERS: Final = 3


def written(judged: JudgedPolicy, subject: str) -> Iterator[Fault]:
    """One fault for each rule that writes bodies of this subject."""
    told: set[int] = set()
    for body in judged.analysis.bodies:
        if body.subject == subject and body.rule not in told:
            told.add(body.rule)
            place = judged.place("rules", body.rule, "level")
            yield Fault(Severity.LEAK, place, _sentence(body), witness=witness(body.witness))


def _sentence(body: BodyWritten) -> str:
    verbs = ", ".join(verb or "unknown methods" for verb in body.verbs)
    users = list(body.users[:_MOST_USERS]) + (["others"] if len(body.users) > _MOST_USERS else [])
    what = f"rule {body.rule} writes {_WHAT[body.subject]} to the log at level {body.level}"
    return f"{what}, on {verbs} by {', '.join(users)}: {shown(body.witness)}; Metadata is the level without bodies"
