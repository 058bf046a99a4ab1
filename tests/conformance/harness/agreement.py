"""What auditstrap says of a policy's bytes beside what kube-apiserver says, and how far the two agree."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from tests.conformance.harness.judge import Answer, Judge, Question

from auditstrap.policy import Decision, Policy, PolicyError, evaluate, load

_PARSER = "failed decoding: yaml: "
_OTHER_KINDS = re.compile(r"Go struct field (PolicyList|Event|EventList|WatchEvent|\w+Options|Status|API\w+)\.")
_CONVERTING = "failed decoding: converting ("


class Agreement(Enum):
    """How far two answers agree."""

    LOADED = "loaded alike: fields, warnings"
    REFUSED = "refused alike: error, warnings"
    PARSER = "refused alike, in other words: not YAML"
    KIND = "refused alike, in other words: another kind than Policy, with mistakes of its own"
    GRAMMAR = "not compared: YAML on which go-yaml and libyaml differ"
    EVALUATED = "decided alike"


class DisagreementError(AssertionError):
    """Two answers that differ; the message holds the question and both."""


@dataclass(slots=True)
class Agreements:
    """Counts by release, over a whole run."""

    counts: Counter[tuple[str, Agreement]] = field(default_factory=Counter)

    def of(self, release: str) -> dict[Agreement, int]:
        """The counts of one release."""
        return {agreement: count for (known, agreement), count in self.counts.items() if known == release}

    def compare(self, judge: Judge, questions: list[Question]) -> None:
        """Ask both, count, and raise DisagreementError at the first question that they answer differently."""
        for question, answer in zip(questions, judge.answers(questions), strict=True):
            assert question.policy is not None
            policy, agreement = _loaded(judge, question.policy, answer)
            self.counts[judge.release, agreement] += 1
            if agreement is Agreement.LOADED and policy is not None:
                _decided(policy, question, answer)
                self.counts[judge.release, Agreement.EVALUATED] += len(question.requests)


def _loaded(judge: Judge, text: bytes, answer: Answer) -> tuple[Policy | None, Agreement]:
    policy: Policy | None = None
    error: str | None = None
    try:
        policy = load(text, judge.kubernetes)
        warnings = policy.warnings
    except PolicyError as refusal:
        error, warnings = str(refusal), refusal.warnings
    if (policy, error, warnings) == (answer.policy, answer.error, answer.warnings):
        return policy, Agreement.REFUSED if error else Agreement.LOADED
    if error and answer.error and error.startswith(_PARSER) and answer.error.startswith(_PARSER):
        return None, Agreement.PARSER
    if error and answer.error and error.startswith(_CONVERTING) and _OTHER_KINDS.search(answer.error):
        return None, Agreement.KIND
    if _is_read_otherwise(text):
        return None, Agreement.GRAMMAR
    raise DisagreementError(f"{judge.kubernetes}: {text!r}\nours:   {error} {warnings} {policy}\ntheirs: {answer}")


def _decided(policy: Policy, question: Question, answer: Answer) -> None:
    for request, theirs in zip(question.requests, answer.decisions, strict=True):
        ours: Decision = evaluate(policy, request)
        if ours[:3] != theirs[:3]:
            raise DisagreementError(f"{question.policy!r}\n{request}\nours:   {ours}\ntheirs: {theirs}")


def _is_read_otherwise(text: bytes) -> bool:
    """Whether a text has what libyaml 0.2.5 and go-yaml, an older copy of it, read in two ways.

    A byte order mark that is not the first character; ``?`` or ``:`` within a plain scalar, or a comma or bracket
    within a tag, between brackets; a line break that only Unicode has; a character that is none behind the document.
    """
    decoded = text.decode("utf-16" if text[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8", "replace")
    marks = "\ufeff" in decoded[1:] or any(mark in decoded for mark in "\ufffd\x85\u2028\u2029")
    in_brackets = re.search(r"[\[{,][^\n]*[^\s'\"]?[?:]|![^\s]*[\[\]{},!]", decoded)
    return marks or in_brackets is not None
