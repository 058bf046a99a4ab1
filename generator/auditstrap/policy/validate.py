"""What ``ValidatePolicy`` says of a decoded policy, in its words and order.

Source: ``staging/src/k8s.io/apiserver/pkg/apis/audit/validation/validation.go``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from auditstrap.policy.go_format import json_text, quote
from auditstrap.policy.model import LEVELS, STAGES, GroupResources, Policy, Rule

WILDCARD_GROUP_SINCE: Final = 36
"""The minor from which ``group: "*"`` means every group; before it is no group's name."""

_LONGEST_GROUP: Final = 253
_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = rf"{_LABEL}(\.{_LABEL})*"
GROUP_PATTERN: Final = rf"^{_SUBDOMAIN}$"
"""What an API group other than the core one looks like."""
_NO_SUBDOMAIN: Final = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
    f"and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN}')"
)


def validation_error(policy: Policy, minor: int) -> str | None:
    """The error of Kubernetes 1.``minor``, several in brackets, each text once; None for a valid policy."""
    errors = list(dict.fromkeys(_errors(policy, minor)))
    if not errors:
        return None
    return errors[0] if len(errors) == 1 else f"[{', '.join(errors)}]"


def _errors(policy: Policy, minor: int) -> Iterator[str]:
    yield from _stage_errors(policy.omit_stages, "omitStages")
    for index, rule in enumerate(policy.rules):
        yield from rule_errors(rule, f"rules[{index}]", minor)


def rule_errors(rule: Rule, path: str, minor: int) -> Iterator[str]:
    """The errors of one rule."""
    yield from _level_errors(rule.level, f"{path}.level")
    for index, url in enumerate(rule.non_resource_urls):
        yield from _url_errors(url, f"{path}.nonResourceURLs[{index}]")
    for entry in rule.resources:
        yield from _resource_errors(entry, f"{path}.resources", minor)
    yield from _stage_errors(rule.omit_stages, f"{path}.omitStages")
    if rule.non_resource_urls and (rule.resources or rule.namespaces):
        shown = json_text(rule.non_resource_urls)
        told = "rules cannot apply to both regular resources and non-resource URLs"
        yield f"{path}.nonResourceURLs: Invalid value: {shown}: {told}"


def _level_errors(level: str, path: str) -> Iterator[str]:
    if not level:
        yield f"{path}: Required value"
    elif level not in LEVELS:
        supported = ", ".join(f'"{known}"' for known in LEVELS)
        yield f"{path}: Unsupported value: {json_text(level)}: supported values: {supported}"


def _url_errors(url: str, path: str) -> Iterator[str]:
    if url == "*":
        return
    if not url.startswith("/"):
        yield f"{path}: Invalid value: {quote(url)}: non-resource URL rules must begin with a '/' character"
    if "*" in url[:-1]:
        told = "non-resource URL wildcards '*' must be the final character of the rule"
        yield f"{path}: Invalid value: {quote(url)}: {told}"


def _resource_errors(entry: GroupResources, path: str, minor: int) -> Iterator[str]:
    if entry.group and not (entry.group == "*" and minor >= WILDCARD_GROUP_SINCE):
        wrong = list(_subdomain_errors(entry.group))
        if wrong:
            yield f"{path}.group: Invalid value: {quote(entry.group)}: {','.join(wrong)}"
    if entry.resource_names and not entry.resources:
        shown = json_text(entry.resource_names)
        yield f"{path}.resourceNames: Invalid value: {shown}: using resourceNames requires at least one resource"


def _subdomain_errors(group: str) -> Iterator[str]:
    if len(group.encode()) > _LONGEST_GROUP:
        yield f"must be no more than {_LONGEST_GROUP} characters"
    if not re.fullmatch(_SUBDOMAIN, group):
        yield _NO_SUBDOMAIN


def _stage_errors(stages: Sequence[str], path: str) -> Iterator[str]:
    for index, stage in enumerate(stages):
        if stage not in STAGES:
            yield f"{path}[{index}]: Invalid value: {quote(stage)}: allowed stages are {','.join(STAGES)}"
