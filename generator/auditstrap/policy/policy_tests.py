"""AuditPolicyTest v1alpha1: expectations of a policy, of single requests and of all requests at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditstrap.fields import MISSING, Choice, Field, ListOf, Object, Reading, Schema, Text
from auditstrap.kubernetes.versions import NEWEST_MINOR
from auditstrap.policy.claims import Claim, Verdict, judge
from auditstrap.policy.evaluate import evaluate
from auditstrap.policy.model import LEVELS, GroupResources, Level, Policy, Rule
from auditstrap.policy.outcomes import Outcome
from auditstrap.policy.principals import Principal, Strength, groups_of
from auditstrap.policy.request import Request
from auditstrap.policy.request_target import RequestError
from auditstrap.policy.scopes import Scope, Who
from auditstrap.policy.universe import resource_path
from auditstrap.problems import InputError, Problem
from auditstrap.source import Mapping, Node, Scalar, SourceError, Span, documents
from auditstrap.source import Sequence as YamlSequence

API_VERSION: Final = "auditstrap.dev/v1alpha1"
KIND: Final = "AuditPolicyTest"
EVERY_GROUP: Final = "*"


@dataclass(frozen=True, slots=True)
class Expectation:
    """The levels that are right: from ``at_least`` to ``at_most``."""

    at_least: Level = "None"
    at_most: Level = "RequestResponse"

    def __str__(self) -> str:
        """As a sentence needs it: ``Metadata``, ``at least Metadata``."""
        if self.at_least == self.at_most:
            return self.at_least
        if self.at_most == LEVELS[-1]:
            return f"at least {self.at_least}"
        return f"at most {self.at_most}" if self.at_least == "None" else f"{self.at_least} to {self.at_most}"


@dataclass(frozen=True, slots=True)
class PolicyTest:
    """One test: of one ``request``, or of every request of a ``scope``."""

    name: str
    expectation: Expectation
    span: Span
    request: Request | None = None
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a test; ``passed`` None is undecided. ``level``, ``rule``, ``witness`` are of what refutes it."""

    test: PolicyTest
    passed: bool | None
    level: str | None = None
    rule: int | None = None
    witness: Request | None = None
    proof: str | None = None


def run_tests(policy: Policy, tests: Sequence[PolicyTest], minor: int) -> tuple[Result, ...]:
    """The result of each test, for Kubernetes 1.``minor``."""
    claims = [_claim(test, test.scope) for test in tests if test.scope is not None]
    verdicts = iter(judge(policy, claims, minor))
    return tuple(
        _of_request(policy, test) if test.scope is None else _of_scope(policy, test, next(verdicts)) for test in tests
    )


def _claim(test: PolicyTest, scope: Scope) -> Claim:
    return Claim(scope, test.expectation.at_least, test.expectation.at_most)


def _of_request(policy: Policy, test: PolicyTest) -> Result:
    request = test.request or Request()
    decision = evaluate(policy, request)
    outcome = Outcome(decision.level, decision.omit_stages, decision.omit_managed_fields)
    authenticated = request.user is not None
    level = outcome.effective(authenticated=authenticated)
    passed = _claim(test, Scope()).holds_for(outcome, authenticated=authenticated)
    return Result(test, passed, level, decision.rule, request)


def _of_scope(policy: Policy, test: PolicyTest, verdict: Verdict) -> Result:
    if verdict.holds is not False or verdict.witness is None:
        return Result(test, verdict.holds, proof=verdict.proof)
    level = evaluate(policy, verdict.witness).level
    return Result(test, passed=False, level=level, rule=verdict.rule, witness=verdict.witness)


class _Words:
    """One string, or a list of alternatives; read as a tuple."""

    def read(self, node: Node, path: str, reading: Reading) -> Any:  # noqa: ANN401 - a tuple or MISSING
        """A tuple of strings."""
        if isinstance(node, YamlSequence):
            return ListOf(_WORD).read(node, path, reading)
        word = _WORD.read(node, path, reading)
        return word if word is MISSING else (word,)

    def schema(self) -> Schema:
        """A string, or an array of them."""
        return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


_WORD: Final = Text("a string")
_LEVEL: Final = Choice("level", LEVELS)


def _level(level: str | None, at_least: str | None, at_most: str | None) -> tuple[str | None, str | None, str | None]:
    return level, at_least, at_most


_EXPECT: Final = Object(
    _level,
    (
        Field("level", "level", _LEVEL, "the level, exactly"),
        Field("atLeast", "at_least", _LEVEL, "the lowest level that is right"),
        Field("atMost", "at_most", _LEVEL, "the highest level that is right"),
    ),
)
_REQUEST: Final = Object(
    dict,
    (
        Field("http", "http", _WORD, "the request as HTTP: a method and a path, as in GET /api/v1/pods"),
        Field("as", "as_user", _WORD, "who sends it"),
        Field("user", "user", _WORD, "who sends it, as in a witness; null is a failed authentication"),
        Field("groups", "groups", _Words(), "groups of the user, besides those that Kubernetes gives it"),
        Field("verb", "verb", _WORD, "such as get, list, create"),
        Field("apiGroup", "api_group", _WORD, 'the API group, "" (core) by default'),
        Field("resource", "resource", _WORD, "a resource in the plural; resource/subresource is allowed"),
        Field("subresource", "subresource", _WORD, "such as exec or status"),
        Field("namespace", "namespace", _WORD, 'the namespace, "" for none'),
        Field("name", "name", _WORD, "the object"),
        Field("path", "path", _WORD, "the URL path of a request that is for no resource"),
    ),
)
_ALL: Final = Object(
    dict,
    (
        Field("user", "user", _Words(), "only these users"),
        Field("groups", "groups", _Words(), "only users in one of these groups"),
        Field("verb", "verb", _Words(), "only these verbs"),
        Field("apiGroup", "api_group", _Words(), 'only these API groups; "*" is any, and "" where a resource is named'),
        Field(
            "resource", "resource", _Words(), "only these resources, by patterns as in a policy: pods, pods/*, */log"
        ),
        Field("namespace", "namespace", _Words(), "only these namespaces"),
        Field("name", "name", _Words(), "only objects of these names"),
        Field("path", "path", _Words(), "only these URLs that are no resources, as in nonResourceURLs"),
        Field("who", "who", Choice("who", tuple(who.name.lower().replace("_", "-") for who in Who)), "whose requests"),
    ),
)
_TEST: Final = Object(
    dict,
    (
        Field("name", "name", _WORD, "what is expected, as a sentence"),
        Field("request", "request", _REQUEST, "one request"),
        Field("all", "all_requests", _ALL, "every request of this kind: proved, or refuted with one of them"),
        Field("expect", "expect", _EXPECT, "the levels that are right", required=True),
    ),
    one_of=("request", "all"),
)


class _Tests:
    """The list of tests; read as index, node and values of each, those that were reported left out."""

    def read(self, node: Node, path: str, reading: Reading) -> Any:  # noqa: ANN401 - a tuple or MISSING
        """A tuple of triples."""
        if not isinstance(node, YamlSequence):
            return ListOf(_TEST).read(node, path, reading)
        read = [(index, item, _TEST.read(item, f"{path}[{index}]", reading)) for index, item in enumerate(node.items)]
        return tuple(entry for entry in read if entry[2] is not MISSING)

    def schema(self) -> Schema:
        """An array."""
        return ListOf(_TEST).schema()


DOCUMENT: Final = Object(
    dict,
    (
        Field("apiVersion", "api_version", Choice("apiVersion", (API_VERSION,)), "always this", required=True),
        Field("kind", "kind", Choice("kind", (KIND,)), "always this", required=True),
        Field("tests", "tests", _Tests(), "the tests", required=True),
    ),
)


def json_schema() -> Schema:
    """A JSON Schema (draft 2020-12) of one AuditPolicyTest document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{KIND} {API_VERSION}",
        **DOCUMENT.schema(),
    }


def load_tests(text: str, *, file: str = "tests.yaml", minor: int = NEWEST_MINOR) -> tuple[PolicyTest, ...]:
    """The tests of every document of a file. Raises InputError with everything that is wrong."""
    reading = Reading(file)
    found: list[PolicyTest] = []
    try:
        for document in documents(text):
            if document.root is not None:
                found += _document(document.root, reading, minor)
    except SourceError as error:
        raise InputError([Problem(file, Span(error.position, error.position), f"this is not YAML: {error}")]) from None
    if not found and not reading.failed:
        reading.adopt([Problem(file, None, f"there is no test of an {KIND} in it")])
    if reading.failed:
        raise InputError(reading.problems)
    return tuple(found)


def _document(root: Node, reading: Reading, minor: int) -> Iterator[PolicyTest]:
    values = DOCUMENT.read(root, "", reading)
    for index, node, entry in () if values is MISSING else values["tests"]:
        test = _test(node, entry, f"tests[{index}]", reading, minor)
        if test is not None:
            yield test


def _test(node: Node, entry: dict[str, Any], path: str, reading: Reading, minor: int) -> PolicyTest | None:
    expectation = _expectation(entry["expect"], f"{path}.expect", reading)
    one, every = entry["request"], entry["all_requests"]
    if one is None and every is None:
        reading.problem(path, "a request is needed, or all for every request of a kind", node.span)
    if expectation is None or (one is None and every is None):
        return None
    if every is not None:
        return PolicyTest(entry["name"] or "all of these requests", expectation, node.span, scope=_scope(every))
    request = _request(one, node, f"{path}.request", reading, minor)
    if request is None:
        return None
    return PolicyTest(entry["name"] or _shown(request), expectation, node.span, request=request)


def _expectation(given: tuple[Any, Any, Any], path: str, reading: Reading) -> Expectation | None:
    level, at_least, at_most = given
    if (level is None) == (at_least is None and at_most is None):
        reading.problem(path, "level alone is allowed, or atLeast, atMost or both")
        return None
    if level is not None:
        return Expectation(level, level)
    return Expectation(at_least or LEVELS[0], at_most or LEVELS[-1])


def _request(given: dict[str, Any], node: Node, path: str, reading: Reading, minor: int) -> Request | None:
    user, groups = _sender(given, node, minor)
    if given["http"] is not None:
        method, _, url = given["http"].partition(" ")
        if not method.isalpha() or not url.startswith("/"):
            reading.problem(f"{path}.http", "a method and a path are allowed, as in: GET /api/v1/pods")
            return None
        try:
            return Request.from_http(method.upper(), url, user=user, groups=groups)
        except RequestError as error:
            reading.problem(f"{path}.http", f"kube-apiserver answers this with an error and audits nothing: {error}")
            return None
    if given["path"] is not None:
        return Request(user, groups, given["verb"] or "get", path=given["path"])
    if given["resource"] is None:
        reading.problem(path, "http, a resource or a path is needed")
        return None
    resource, _, behind = given["resource"].partition("/")
    kind = resource, given["subresource"] or behind
    group, namespace, name = given["api_group"] or "", given["namespace"] or "", given["name"] or ""
    url = resource_path(group, *kind, namespace, name)
    return Request(
        user, groups, given["verb"] or "get", group, "v1", *kind, namespace, name, resource_request=True, path=url
    )


def _sender(given: dict[str, Any], node: Node, minor: int) -> tuple[str | None, tuple[str, ...]]:
    """The user, with the groups that Kubernetes gives it; ``user: null`` is nobody."""
    request = node.get("request") if isinstance(node, Mapping) else None
    written = request.get("user") if isinstance(request, Mapping) else None
    if isinstance(written, Scalar) and written.value is None:
        return None, ()
    user = given["as_user"] or given["user"] or "alice"
    issued = groups_of(Principal(user, named=False), Strength.CONVENTION, minor)
    return user, tuple(sorted({*issued, *(given["groups"] or ())}))


def _scope(given: dict[str, Any]) -> Scope:
    patterns, names, groups = given["resource"] or (), given["name"] or (), given["api_group"]
    entries: tuple[GroupResources, ...] = ()
    if patterns or names or groups is not None:
        targets = (*patterns,) or (("*",) if names else ())
        default = ("",) if patterns else (EVERY_GROUP,)
        entries = tuple(GroupResources(group, targets, names) for group in (default if groups is None else groups))
    rule = Rule(
        "",
        users=given["user"] or (),
        user_groups=given["groups"] or (),
        verbs=given["verb"] or (),
        resources=entries,
        namespaces=given["namespace"] or (),
        non_resource_urls=given["path"] or (),
    )
    return Scope(rule, who=Who[given["who"].upper().replace("-", "_")] if given["who"] else Who.ANYONE)


def _shown(request: Request) -> str:
    return f"{request.verb} {request.path} by {request.user or 'nobody'}"
