"""Rules about what a policy means, asked of every policy that kube-apiserver would load, and their words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.observed.model import PolicyDocument
from auditstrap.policy import Request
from auditstrap.policy import Rule as PolicyRule
from auditstrap.policy.request_json import request_json
from auditstrap.policy.words import asked
from auditstrap.rules.support.rule import Context, Rule

HEAD: Final = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n"
"""How every example begins."""

_RESERVE = {
    "always": "",
    "identities": ", as far as HTTP and the identities that Kubernetes issues go",
    "convention": ", as far as names keep to the conventions of Kubernetes",
}


def about_policies(  # noqa: PLR0913 - what a rule has
    rule_id: str,
    faults: Callable[[JudgedPolicy], Iterable[Fault]],
    *severities: Severity,
    what: str,
    why: str,
    wrong: str,
    right: str,
    sources: tuple[str, ...],
    pedantic: bool = False,
) -> Rule[PolicyDocument]:
    """A rule whose examples are the rules of a policy. What does not load is another rule's business."""

    def check(document: PolicyDocument, context: Context) -> Iterable[Fault]:
        judged = context.judged(document)
        return () if judged is None else faults(judged)

    return Rule(
        id=rule_id,
        of=PolicyDocument,
        severities=severities,
        check=check,
        what=what,
        why=why,
        wrong=HEAD + wrong,
        right=HEAD + right,
        sources=sources,
        pedantic=pedantic,
    )


def reserve(proof: str) -> str:
    """What a statement counts on, as the end of its sentence."""
    return _RESERVE[proof]


def shown(request: Request) -> str:
    """A request as an example."""
    return f"for example {asked(request)}"


def witness(request: Request) -> Mapping[str, Any]:
    """A request as findings carry it."""
    return request_json(request)


def of_what_matches_nothing(rule: PolicyRule) -> Severity:
    """What follows where a part of a rule matches nothing: less is written, or, of a rule that drops, more."""
    return Severity.HYGIENE if rule.level == "None" else Severity.BLIND


def rules_named(rules: tuple[int, ...]) -> str:
    """``rule 2`` or ``rules 0 and 2``."""
    if len(rules) == 1:
        return f"rule {rules[0]}"
    return f"rules {', '.join(map(str, rules[:-1]))} and {rules[-1]}"


def at_rules(judged: JudgedPolicy, rules: tuple[int, ...], message: str) -> tuple[Related, ...]:
    """Where some rules stand."""
    return tuple(Related(judged.rule_place(rule), f"rule {rule} {message}") for rule in rules)
