"""``auditstrap policy explain``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from auditstrap.cli.asked import Asked, http_request, sender
from auditstrap.cli.console import Console, Failure
from auditstrap.cli.files import read_content
from auditstrap.cli.policies import GivenPolicy, given_policy, minor_of, place
from auditstrap.cli.preset import Layout
from auditstrap.policy import Policy, Request
from auditstrap.policy.events import events, request_of
from auditstrap.policy.explain import Explanation, explain
from auditstrap.policy.request_json import request_json
from auditstrap.policy.words import asked
from auditstrap.terminal import snippet

_BODIES: Final = {
    "None": "nothing is written",
    "Metadata": "who, what, when and from where; no body",
    "Request": "the same, and the body of the request",
    "RequestResponse": "the same, and the bodies of request and response",
}


@dataclass(frozen=True, slots=True)
class Question:
    """The options that say which request is meant."""

    verb: str | None
    target: str | None
    name: str | None
    subresource: str
    namespace: str | None
    all_namespaces: bool
    user: str
    groups: tuple[str, ...]
    fails: bool
    http: str | None
    event: str | None

    def requests(self, minor: int) -> Iterator[tuple[Request, str | None]]:
        """The requests, each with the level that an event of it has. Raises Failure."""
        ways = [self.http is not None, self.event is not None, self.verb is not None]
        if sum(ways) != 1:
            raise Failure("one request is needed: VERB TYPE[/NAME], or --http, or --event")
        if self.event is not None:
            yield from _of_events(self.event)
            return
        who = sender(self.user, list(self.groups), fails=self.fails, minor=minor)
        if self.http is not None:
            yield http_request(self.http, who), None
        elif self.verb is None or self.target is None:
            raise Failure("what is done needs what it is done to: VERB TYPE[/NAME], as in: get secrets/db")
        else:
            words = Asked(self.verb, self.target, self.name, self.subresource, self.namespace, self.all_namespaces)
            yield words.request(who, minor), None


def _of_events(path: str) -> Iterator[tuple[Request, str | None]]:
    text = read_content(path).decode("utf-8-sig", "replace")
    try:
        for event in events(text):
            level = event.get("level")
            yield request_of(event), level if isinstance(level, str) else None
    except ValueError as error:
        raise Failure(f"{path}: {error}") from None


def run(argument: str, question: Question, version: str, layout: Layout) -> None:
    """Print what happens to each request."""
    minor, given = minor_of(version), given_policy(argument)
    policy = given.valid(minor)
    asked_for = list(question.requests(minor))
    if layout is Layout.JSON:
        found = [_json(given, policy, request, explain(policy, request)) for request, _ in asked_for]
        shown = found if question.event is not None else found[0]
        Console.stdout().say(json.dumps(shown, indent=2, ensure_ascii=False))
        return
    for index, (request, level) in enumerate(asked_for):
        if index:
            Console.stdout().say("")
        _say(given, policy, request, explain(policy, request), level)


def _json(given: GivenPolicy, policy: Policy, request: Request, found: Explanation) -> dict[str, object]:
    decision = found.decision
    span = None if decision.rule is None else policy.rules[decision.rule].span
    return {
        "level": decision.level,
        "rule": decision.rule,
        "stages": list(found.stages),
        "omitManagedFields": decision.omit_managed_fields,
        **place(given.name, span),
        "request": request_json(request),
        "passed": [passed._asdict() for passed in found.passed],
    }


def _say(given: GivenPolicy, policy: Policy, request: Request, found: Explanation, logged: str | None) -> None:
    out, decision = Console.stdout(), found.decision
    out.say(asked(request))
    out.say(f"  level   {decision.level}: {_BODIES[decision.level]}")
    if logged is not None and logged != decision.level:
        out.say(f"          but the event was written at {logged}: it was made under another policy")
    if found.stages:
        out.say(f"  stages  {', '.join(found.stages)}")
    _say_rule(given, policy, decision.rule)
    for passed in found.passed:
        out.say(f"  passed  rule {passed.rule}{_line(policy, passed.rule)}: {passed.because}")


def _say_rule(given: GivenPolicy, policy: Policy, rule: int | None) -> None:
    out = Console.stdout()
    if rule is None:
        out.say("  rule    none matches, and what no rule matches is not written")
        return
    out.say(f"  rule    {rule}, at {given.name}{_line(policy, rule, ':')}")
    span = policy.rules[rule].span
    for line in snippet(given.text(), span)[:1] if span else ():
        out.say(f"        {line}")


def _line(policy: Policy, rule: int, before: str = " at line ") -> str:
    span = policy.rules[rule].span
    return f"{before}{span.start.line}" if span else ""
