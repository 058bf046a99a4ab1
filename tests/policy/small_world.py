"""Policies over a few words, and every request that these words make: an enumeration to hold the analysis against."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

from hypothesis import strategies as st

from auditstrap.policy import GroupResources, Policy, Request, Rule
from auditstrap.policy.model import LEVELS, STAGES

USERS = ("u1", "system:serviceaccount:ns1:a", "system:node:n", "system:anonymous")
USER_GROUPS = ("g1", "system:authenticated", "system:serviceaccounts:ns1")
VERBS = ("get", "create", "list")
API_GROUPS = ("", "apps", "*")
PATTERNS = ("pods", "pods/log", "pods/*", "*/log", "*", "a/b/c", "po*")
NAMESPACES = ("", "kube-system")
NAMES = ("x", "")
URLS = ("/healthz", "/healthz*", "/a", "/a*", "/ab*", "*")

_KINDS = (
    ("pods", ""), ("pods", "log"), ("pods", "zz"), ("zz", "log"), ("zz", ""),
    ("a", "b/c"), ("a/b", "c"), ("po*", ""), ("pods/log", ""), ("pods", "log/x"),
)  # fmt: skip
_PATHS = ("/healthz", "/healthz/x", "/a", "/ab", "/abc", "/ac", "/z", "")


def _some(words: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(words), unique=True, max_size=3).map(tuple)


def _mostly_none(words: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.one_of(st.just(()), st.just(()), _some(words))


@st.composite
def _group_resources(draw: st.DrawFn) -> GroupResources:
    patterns = draw(_some(PATTERNS))
    names = draw(_mostly_none(NAMES)) if patterns else ()
    return GroupResources(draw(st.sampled_from(API_GROUPS)), patterns, names)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    """Rules that ValidatePolicy accepts."""
    for_urls = draw(st.booleans())
    return Rule(
        level=draw(st.sampled_from(LEVELS)),
        users=draw(_mostly_none(USERS)),
        user_groups=draw(_mostly_none(USER_GROUPS)),
        verbs=draw(_mostly_none(VERBS)),
        resources=() if for_urls else draw(st.lists(_group_resources(), max_size=2).map(tuple)),
        namespaces=() if for_urls else draw(_mostly_none(NAMESPACES)),
        non_resource_urls=draw(_some(URLS)) if for_urls else (),
        omit_stages=draw(_mostly_none(STAGES)),
        omit_managed_fields=draw(st.sampled_from((None, None, True, False))),
    )


def policies(most: int = 4) -> st.SearchStrategy[Policy]:
    """Policies of up to this many rules."""
    listed = st.lists(rules(), min_size=1, max_size=most).map(tuple)
    return st.builds(Policy, listed, _mostly_none(STAGES), st.booleans())


def _requests() -> tuple[Request, ...]:
    whose: list[tuple[str | None, tuple[str, ...]]] = [(None, ())]
    whose += [
        (user, groups)
        for user in (*USERS, "zz", "system:serviceaccount:zz:a", "system:serviceaccount:ns1:zz")
        for count in range(len(USER_GROUPS) + 1)
        for groups in combinations(USER_GROUPS, count)
    ]
    resources = [
        Request(None, (), verb, group, "v1", *kind, namespace, name, resource_request=True)
        for verb, group, kind, namespace, name in product(
            (*VERBS, "zz"), ("", "apps", "zz"), _KINDS, (*NAMESPACES, "zz"), (*NAMES, "zz")
        )
    ]
    urls = [Request(None, (), verb, path=path) for verb, path in product((*VERBS, "zz"), _PATHS)]
    return tuple(replace(what, user=user, groups=groups) for what in resources + urls for user, groups in whose)


EVERY_REQUEST = _requests()
"""One of each kind that some policy here can tell from the others."""
