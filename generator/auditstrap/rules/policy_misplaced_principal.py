"""A group among the users, a service account among the groups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.problems import quoted
from auditstrap.rules.support.meaning import about_policies, of_what_matches_nothing

_GROUPS: Final = frozenset(
    {"system:authenticated", "system:unauthenticated", "system:masters", "system:nodes", "system:serviceaccounts"}
)
_ACCOUNT: Final = "system:serviceaccount:"
_LABEL: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_WELL_FORMED: Final = re.compile(rf"{_ACCOUNT}{_LABEL}:{_LABEL}(\.{_LABEL})*")


def faults(judged: JudgedPolicy) -> Iterator[Fault]:
    """Groups among the users, service accounts among the groups, and service accounts of no possible name."""
    for index, rule in judged.rules():
        for at, user in enumerate(rule.users):
            if why := _no_user(user):
                yield Fault(of_what_matches_nothing(rule), judged.place("rules", index, "users", at), why)
        for at, group in enumerate(rule.user_groups):
            if group.startswith(_ACCOUNT):
                message = f"{quoted(group)} is a user, not a group: this matches nothing; it belongs in users"
                yield Fault(of_what_matches_nothing(rule), judged.place("rules", index, "userGroups", at), message)


def _no_user(user: str) -> str | None:
    if user in _GROUPS or user.startswith("system:serviceaccounts:"):
        return f"{quoted(user)} is a group, not a user: this matches nothing; it belongs in userGroups"
    if user.startswith(_ACCOUNT) and "*" not in user and not _WELL_FORMED.fullmatch(user):
        return f"{quoted(user)} is no service account: this matches nothing; their names are {_ACCOUNT}NAMESPACE:NAME"
    return None


RULE: Final = about_policies(
    "policy-misplaced-principal",
    faults,
    Severity.BLIND,
    Severity.HYGIENE,
    what=("A group among the users, a service account among the groups, or a service account whose name is none."),
    why=(
        "users are compared with the name of the user, userGroups with its groups. A service account "
        "is the user system:serviceaccount:NAMESPACE:NAME; all of a namespace are the group "
        "system:serviceaccounts:NAMESPACE."
    ),
    wrong="""\
- level: None
  users: ["system:nodes"]
  verbs: [watch]
- level: Metadata
""",
    right="""\
- level: None
  userGroups: ["system:nodes"]
  verbs: [watch]
- level: Metadata
""",
    sources=("k8s.io/apiserver/pkg/authentication/serviceaccount/util.go: MakeUsername, MakeGroupNames",),
)
