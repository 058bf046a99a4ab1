"""kube-apiserver's own loader, evaluator and RequestInfo, as a program that answers questions line by line."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conformance.harness.cache import built_once
from tests.conformance.harness.processes import run

from auditstrap.policy import Decision, GroupResources, Policy, Request, Rule

MODULE = "k8s.io/apiserver"
_SOURCE = Path(__file__).parents[1] / "judge" / "main.go"
# A scheme is named after the source file that makes it; the names of a module's files hold its version.
_SCHEME = re.compile(r'in scheme "[^"]*"')
_SCHEME_AS_RELEASED = 'in scheme "k8s.io/apiserver/pkg/audit/scheme.go:30"'
_ENVIRONMENT = {"CGO_ENABLED": "0", "GOFLAGS": "-mod=mod", "GOWORK": "off"}


@dataclass(frozen=True, slots=True)
class Question:
    """A policy's bytes with requests for it to decide, or the request lines of HTTP (``GET /api``)."""

    policy: bytes | None = None
    requests: tuple[Request, ...] = ()
    http: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What kube-apiserver made of a question; ``decisions`` know no rule and are without it."""

    error: str | None
    warnings: tuple[str, ...]
    policy: Policy | None
    decisions: tuple[Decision, ...]
    infos: tuple[Info, ...]


@dataclass(frozen=True, slots=True)
class Info:
    """What an HTTP request is about, as far as is known where there is an error."""

    request: Request
    error: str | None


@dataclass(frozen=True, slots=True)
class Judge:
    """The program of one release of k8s.io/apiserver, such as ``0.34.4``."""

    release: str
    program: Path = field(repr=False)

    @property
    def kubernetes(self) -> str:
        """The Kubernetes version of the same code."""
        return f"1{self.release.removeprefix('0')}"

    def answers(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer a question, in one run of the program."""
        return [_answer(told) for told in self._told([_asked(question) for question in questions])]

    def seconds_to_decide(self, policy: bytes, requests: tuple[Request, ...], rounds: int) -> float:
        """The time that the evaluator alone takes for all requests, as many times over."""
        (told,) = self._told([{**_asked(Question(policy, requests)), "Rounds": rounds}])
        seconds: float = told["Seconds"]
        return seconds

    def _told(self, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
        lines = "\n".join(map(json.dumps, asked))
        done = subprocess.run([self.program], input=lines.encode(), capture_output=True, check=True, timeout=600)
        told = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(told) == len(asked), done.stderr.decode(errors="replace")
        return told


def judge(release: str) -> Judge:
    """The judge of a release, from the cache or built into it (half a minute)."""
    recipe = json.dumps([MODULE, release, _SOURCE.read_text(), _ENVIRONMENT])
    folder = built_once(f"judge-{release}", recipe, lambda folder: _build(release, folder))
    return Judge(release, folder / "judge")


def _build(release: str, folder: Path) -> None:
    work = folder / "module"
    work.mkdir()
    shutil.copy(_SOURCE, work)
    (work / "go.mod").write_text(f"module judge\ngo 1.24.0\nrequire {MODULE} v{release}\n")
    run("go", "build", "-o", folder / "judge", ".", cwd=work, env={**os.environ, **_ENVIRONMENT})


def _asked(question: Question) -> dict[str, Any]:
    asked: dict[str, Any] = {"Requests": [_attributes(request) for request in question.requests]}
    if question.policy is not None:
        asked["Policy"] = base64.b64encode(question.policy).decode()
    return {**asked, "HTTP": question.http}


def _attributes(request: Request) -> dict[str, Any]:
    return {
        "User": request.user,
        "Groups": request.groups,
        "Verb": request.verb,
        "Namespace": request.namespace,
        "APIGroup": request.api_group,
        "APIVersion": request.api_version,
        "Resource": request.resource,
        "Subresource": request.subresource,
        "Name": request.name,
        "Path": request.path,
        "ResourceRequest": request.resource_request,
    }


def _answer(told: dict[str, Any]) -> Answer:
    warning = told["Warnings"].removesuffix("\n")
    return Answer(
        error=_SCHEME.sub(_SCHEME_AS_RELEASED, told["Error"]) if told["Error"] else None,
        warnings=(warning,) if warning else (),
        policy=_policy(told["Policy"]) if told["Policy"] else None,
        decisions=tuple(map(_decision, told["Decisions"] or ())),
        infos=tuple(map(_info, told["Infos"] or ())),
    )


def _policy(told: dict[str, Any]) -> Policy:
    return Policy(tuple(map(_rule, told["Rules"])), _texts(told["OmitStages"]), told["OmitManagedFields"])


def _rule(told: dict[str, Any]) -> Rule:
    return Rule(
        level=told["Level"],
        users=_texts(told["Users"]),
        user_groups=_texts(told["UserGroups"]),
        verbs=_texts(told["Verbs"]),
        resources=tuple(
            GroupResources(entry["Group"], _texts(entry["Resources"]), _texts(entry["ResourceNames"]))
            for entry in told["Resources"] or ()
        ),
        namespaces=_texts(told["Namespaces"]),
        non_resource_urls=_texts(told["NonResourceURLs"]),
        omit_stages=_texts(told["OmitStages"]),
        omit_managed_fields=told["OmitManagedFields"],
    )


def _texts(told: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(told or ())


def _decision(told: dict[str, Any]) -> Decision:
    stages = tuple(sorted(set(told["OmitStages"] or ())))
    return Decision(told["Level"], stages, told["OmitManagedFields"], None)


def _info(told: dict[str, Any]) -> Info:
    request = Request(
        verb=told["Verb"],
        api_group=told["APIGroup"],
        api_version=told["APIVersion"],
        resource=told["Resource"],
        subresource=told["Subresource"],
        namespace=told["Namespace"],
        name=told["Name"],
        resource_request=told["ResourceRequest"],
        path=told["Path"],
    )
    return Info(request, told["Error"])
