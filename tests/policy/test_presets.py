from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.corpus import corpus_files

from auditstrap.kubernetes.resources import resources_of
from auditstrap.kubernetes.versions import NEWEST_MINOR, OLDEST_MINOR
from auditstrap.policy import Decision, Policy, Request, Rule, diff, evaluate, load, presets

CIS_NAMES = {
    ("", "secrets"),
    ("", "configmaps"),
    ("authentication.k8s.io", "tokenreviews"),
    ("", "pods"),
    ("apps", "deployments"),
    ("", "pods/exec"),
    ("", "pods/portforward"),
    ("", "pods/proxy"),
    ("", "services/proxy"),
}
"""What item 3.2.2 of the CIS Kubernetes Benchmark names."""
DATED = {"gce@1", "daocloud@1"}
"""The policies of others, as they are."""
NODE_PROBLEM_DETECTOR = {"system:node-problem-detector", "system:serviceaccount:kube-system:node-problem-detector"}
"""Until Kubernetes 1.36, which the corpus has, the policy of GCE left out the answers to its status updates."""
ORIGINALS = [
    *(("gce@1", path) for path in corpus_files("policies", "openshift__microshift__*_configure_helper-L1162.yaml")),
    *(("stig@1", path) for path in corpus_files("policies", "ansible-lockdown__KUBERNETES-STIG__*.yaml")),
]
originals = pytest.mark.parametrize(
    ("name", "path"), [pytest.param(name, *case.values, id=name, marks=case.marks) for name, case in ORIGINALS]
)


def _preset(name: str, minor: int = NEWEST_MINOR) -> Policy:
    return load(presets.text(presets.get(name)), kubernetes=f"1.{minor}")


@pytest.mark.parametrize("minor", range(OLDEST_MINOR, NEWEST_MINOR + 1))
@pytest.mark.parametrize("name", presets.names())
def test_every_minor_takes_every_preset_without_a_warning(name: str, minor: int) -> None:
    assert _preset(name, minor).warnings == ()


@pytest.mark.parametrize("name", [name for name in presets.names() if name not in DATED])
def test_a_preset_names_only_what_every_minor_has(name: str) -> None:
    named = {
        (entry.group, resource)
        for rule in _preset(name).rules
        for entry in rule.resources
        for resource in entry.resources
    }
    for minor in range(OLDEST_MINOR, NEWEST_MINOR + 1):
        assert named <= {(known.group, str(known)) for known in resources_of(minor)}


@originals
def test_a_preset_of_somebody_elses_policy_is_proved_to_decide_as_that_one(name: str, path: Path) -> None:
    differences = diff(load(path.read_text()), _preset(name))
    assert {found.witness.user for found in differences} <= NODE_PROBLEM_DETECTOR
    assert all(found.witness.subresource == "status" for found in differences)


def _words(rules: tuple[Rule, ...], *, of: str) -> list[str]:
    """What the rules say of one attribute, and a word that none of them says."""
    return sorted({word for rule in rules for word in getattr(rule, of)} | {"other"})


def _requests(rules: tuple[Rule, ...]) -> st.SearchStrategy[Request]:
    entries = [entry for rule in rules for entry in rule.resources]
    names = {name for entry in entries for name in entry.resources} | {"other", "pods/exec", "secrets/other"}
    kinds = [(resource, sub) for resource, _, sub in (name.partition("/") for name in sorted(names))]
    verbs = st.sampled_from([*_words(rules, of="verbs"), "create", "delete", "deletecollection"])
    who = {
        "user": st.none() | st.sampled_from(_words(rules, of="users")),
        "groups": st.lists(st.sampled_from(_words(rules, of="user_groups")), unique=True).map(tuple),
        "verb": verbs,
    }
    for_resources = st.builds(
        lambda kind, **others: Request(resource=kind[0], subresource=kind[1], resource_request=True, **others),
        kind=st.sampled_from(kinds),
        api_group=st.sampled_from(sorted({entry.group for entry in entries} | {"other"})),
        namespace=st.sampled_from(["", *_words(rules, of="namespaces")]),
        **who,
    )
    urls = [path for spec in _words(rules, of="non_resource_urls") for path in (spec.rstrip("*"), f"{spec}/deeper")]
    return for_resources | st.builds(Request, path=st.sampled_from(urls), **who)


def _effect(decision: Decision) -> tuple[object, ...]:
    """Of what is not written, the stages mean nothing."""
    return decision[:3] if decision.level != "None" else ("None",)


@originals
@given(data=st.data())
def test_such_a_preset_decides_one_request_as_that_policy_does(name: str, path: Path, data: st.DataObject) -> None:
    original, preset = load(path.read_text()), _preset(name)
    request = data.draw(_requests((*original.rules, *preset.rules)))
    assume(request.user not in NODE_PROBLEM_DETECTOR)
    assert _effect(evaluate(preset, request)) == _effect(evaluate(original, request))


def test_whoever_reads_cis_finds_each_name_of_the_benchmark_at_metadata() -> None:
    rules = _preset("cis@1").rules
    named = {(entry.group, name): rule.level for rule in rules for entry in rule.resources for name in entry.resources}
    assert {named[key] for key in CIS_NAMES} == {"Metadata"}


def test_stig_is_the_one_rule_that_the_assessment_compares_with() -> None:
    assert _preset("stig@1") == Policy((Rule("RequestResponse"),))


@pytest.mark.parametrize(
    ("request_line", "level"),
    [
        ("GET /api/v1/namespaces/prod/secrets/db", "None"),
        ("PUT /api/v1/namespaces/prod/secrets/db", "Metadata"),
        ("GET /api/v1/namespaces/prod/pods/web/exec?command=sh", "Metadata"),
        ("PATCH /api/v1/namespaces/prod/pods/web/ephemeralcontainers", "Request"),
        ("POST /apis/rbac.authorization.k8s.io/v1/clusterrolebindings", "Request"),
        ("POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "None"),
        ("POST /api/v1/namespaces/prod/events", "None"),
        ("DELETE /api/v1/namespaces/prod/events/x", "Metadata"),
        ("GET /version", "None"),
    ],
)
def test_writes_shows_changes_and_ways_in_and_nothing_else(request_line: str, level: str) -> None:
    method, url = request_line.split()
    request = Request.from_http(method, url, user="alice", groups=("system:authenticated",))
    assert evaluate(_preset("writes@1"), request).level == level
