"""A policy among other documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import PolicyDocument
from auditstrap.observed.recognise import is_policy
from auditstrap.rules.support.examples import POLICY
from auditstrap.rules.support.policies import others, position
from auditstrap.rules.support.rule import Context, Rule
from auditstrap.source import Document, Span


def check(policy: PolicyDocument, context: Context) -> Iterator[Fault]:
    """One fault where kube-apiserver reads another document, or none of those that follow."""
    del context
    documents, _ = policy.text.documents()
    index = position(policy)
    if index:
        message = "kube-apiserver reads only the first document, which is not this Policy, and does not start with it"
        first = Related(policy.text.place(_head(documents[0])), "this document is read")
        yield Fault(Severity.FATAL, policy.text.place(_head(documents[index])), message, (first,))
        return
    further = others(policy)
    lost = next((one for one in further if is_policy(one.root)), further[0] if further else None)
    if lost is not None:
        again = is_policy(lost.root)
        message = (
            f"kube-apiserver reads only the first document; this {'second Policy' if again else 'one'} is never read"
        )
        yield Fault(Severity.BLIND if again else Severity.HYGIENE, policy.text.place(_head(lost)), message)


def _head(document: Document) -> Span:
    start = document.root.span.start if document.root else document.span.start
    return Span(start, start)


RULE: Final = Rule(
    id="policy-not-first",
    of=PolicyDocument,
    severities=(Severity.FATAL, Severity.BLIND, Severity.HYGIENE),
    check=check,
    what="A file has several documents: the Policy is not the first, or others follow it.",
    why="Only the first document is read. What follows it is not even parsed, whatever it says.",
    wrong="apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: audit\n---\n" + POLICY,
    right=POLICY,
    sources=("k8s.io/apiserver/pkg/audit/policy/reader.go", "sigs.k8s.io/yaml"),
)
