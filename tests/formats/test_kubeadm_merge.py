from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from auditstrap.fields import UserFile
from auditstrap.formats import kubeadm
from auditstrap.formats.kubeadm_merge import merge
from auditstrap.kubernetes.kubeadm_apis import readable_by
from auditstrap.kubernetes.versions import NEWEST_MINOR, OLDEST_MINOR, KubernetesVersion
from auditstrap.problems import InputError
from auditstrap.setup import AuditSetup, Flag, Mount
from auditstrap.source import documents, plain

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
HEAD = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"
POLICY = Mount("audit-policy", "/etc/audit/policy.yaml", "/etc/audit/policy.yaml", read_only=True, path_type="File")
FLAGS = (Flag("audit-policy-file", "/etc/audit/policy.yaml"), Flag("audit-log-maxage", "30"))
SETUP = AuditSetup(KubernetesVersion(37), FLAGS, (POLICY,))


def merged(text: str, setup: AuditSetup = SETUP) -> str:
    return merge(UserFile("kubeadm.yaml", text), setup)


def problems(text: str, setup: AuditSetup = SETUP) -> list[str]:
    with pytest.raises(InputError) as caught:
        merged(text, setup)
    return [str(problem) for problem in caught.value.problems]


def data(text: str) -> list[Any]:
    return [plain(document.root) for document in documents(text) if document.root is not None]


class Indented(yaml.SafeDumper):
    """Lists stand deeper than their keys, as many people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT002
        super().increase_indent(flow, indentless=False)


names = st.sampled_from(["oidc-issuer-url", "v", "enable-admission-plugins", "tls-min-version"])
values = st.sampled_from(["x", "30", "true", "a: b", "- c", "https://login.example.com", "multi\nline\n", "# d", "ü"])
volume = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["oidc", "extra"]),
        "hostPath": st.just("/etc/oidc"),
        "mountPath": st.sampled_from(["/etc/oidc", "/etc/extra"]),
    },
    optional={"readOnly": st.booleans(), "pathType": st.sampled_from(["", "File", "Directory"])},
)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, AuditSetup]:
    """A kubeadm file in somebody's style, and a setup for a minor whose kubeadm reads it."""
    minor = draw(st.integers(OLDEST_MINOR, NEWEST_MINOR))
    api = draw(st.sampled_from(readable_by(minor)))
    args: Any = draw(st.dictionaries(names, values))
    if api.extra_args_are_a_list:
        args = [{"name": name, "value": value} for name, value in args.items()]
    server = draw(
        st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {},
                optional={
                    "extraArgs": st.sampled_from([args, None]),
                    "certSANs": st.just(["k8s.example.com"]),
                    "extraVolumes": st.one_of(st.none(), st.lists(volume, max_size=2)),
                },
            ),
        )
    )
    configuration = {"apiVersion": api.api_version, "kind": "ClusterConfiguration"}
    first = {"networking": {"podSubnet": "10.0.0.0/8"}} if draw(st.booleans()) else {}
    last = {"etcd": {"local": {"dataDir": "/var/lib/etcd"}}} if draw(st.booleans()) else {}
    with_server = {"apiServer": server} if draw(st.booleans()) else {}
    others = [{"apiVersion": api.api_version, "kind": "InitConfiguration"}]
    documents = [*others[: draw(st.integers(0, 1))], configuration | first | with_server | last]
    if draw(st.booleans()):
        documents += [{"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"}]
    return draw(styled(documents)), AuditSetup(KubernetesVersion(minor), FLAGS, (POLICY,))


@st.composite
def styled(draw: st.DrawFn, documents: list[Any]) -> str:
    text = yaml.dump_all(
        documents,
        Dumper=draw(st.sampled_from([yaml.SafeDumper, Indented])),
        indent=draw(st.sampled_from([2, 4])),
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=draw(st.sampled_from([False, False, None, True])),
        explicit_start=draw(st.booleans()) or None,
        explicit_end=draw(st.booleans()) or None,
    )
    if draw(st.booleans()):
        text = "# mine\n" + text.replace("\napiServer:\n", "\n# the server\napiServer: # here\n")
        text = text.replace("\nkind: ", "\n\n# a kind\nkind: ")
    if draw(st.booleans()) and "line" not in text:
        text = text.rstrip("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) and "line" not in text else text


@given(files())
def test_what_the_setup_needs_is_there_and_everything_else_means_the_same(case: tuple[str, AuditSetup]) -> None:
    text, setup = case
    result = merged(text, setup)
    seen = kubeadm.read(result)
    assert {flag.value for flag in seen.flags or ()} >= set(setup.flags)
    assert {mount.value for mount in seen.mounts or ()} >= set(setup.mounts)
    for before, after in zip(data(text), data(result), strict=True):
        server = {**(before.get("apiServer") or {})}
        kept = {key: value for key, value in server.items() if key not in {"extraArgs", "extraVolumes"}}
        assert {**before, "apiServer": None} == {**after, "apiServer": None}
        assert kept.items() <= (after.get("apiServer") or {}).items()


@given(files())
def test_merging_twice_is_merging_once(case: tuple[str, AuditSetup]) -> None:
    text, setup = case
    once = merged(text, setup)
    assert merged(once, setup) == once


@given(files())
def test_every_line_of_the_file_is_kept_in_its_order(case: tuple[str, AuditSetup]) -> None:
    text, setup = case
    if "{" in text or "[" in text or "null" in text:
        return  # one line of flow style holds everything, and grows
    rest = iter(merged(text, setup).splitlines())
    assert all(any(line == kept for kept in rest) for line in text.splitlines())


@given(files())
def test_line_breaks_stay_of_one_kind(case: tuple[str, AuditSetup]) -> None:
    text, setup = case
    if "\r\n" in text:
        result = merged(text, setup)
        assert result.count("\n") == result.count("\r\n")


@pytest.mark.parametrize("empty", ["", " {}", " null", " ~", "  # none yet", " !!null"])
@pytest.mark.parametrize("name", ["apiServer", "  extraArgs"])
def test_an_empty_place_is_filled(name: str, empty: str) -> None:
    parent = "apiServer:\n" if name.startswith(" ") else ""
    result = merged(f"{HEAD}{parent}{name}:{empty.replace('{}', '[]') if parent else empty}\n")
    assert kubeadm.read(result).known()["flags"] == FLAGS
    assert not any(line.endswith(" ") for line in result.splitlines())


def test_an_anchored_list_grows_where_its_dashes_are() -> None:
    text = f"{HEAD}apiServer: &s\n  extraArgs: &a\n    - {{name: v, value: '2'}}\n"
    assert merged(text).startswith(f"{text}    - name: audit-policy-file\n")


def test_a_comment_behind_the_last_entry_of_a_flow_list_stays_its_own() -> None:
    text = f"{HEAD}apiServer:\n  extraArgs: [\n    {{name: v, value: '2'}}, # two\n  ]\n"
    assert data(merged(text))[0]["apiServer"]["extraArgs"][0] == {"name": "v", "value": "2"}
    assert "# two\n" in merged(text)


def test_json_stays_json() -> None:
    import json

    text = '{"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration", "apiServer": {"extraArgs": []}}'
    assert json.loads(merged(text))["apiServer"]["extraArgs"][1] == {"name": "audit-log-maxage", "value": "30"}


def test_a_file_without_a_cluster_configuration_gets_one() -> None:
    text = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration"
    result = merged(text)
    assert result.startswith(text + "\n---\n")
    assert data(result)[1]["kubernetesVersion"] == "stable-1.37"


def test_what_is_there_already_is_not_repeated() -> None:
    text = f'{HEAD}apiServer:\n  extraArgs:\n  - {{name: audit_log_maxage, value: "30"}}\n'
    assert [arg["name"] for arg in data(merged(text))[0]["apiServer"]["extraArgs"]] == [
        "audit_log_maxage",
        "audit-policy-file",
    ]


def test_every_conflict_is_reported_with_its_place() -> None:
    text = (
        f"{HEAD}kubernetesVersion: v1.36.1\napiServer:\n  extraArgs:\n"
        '  - {name: audit-log-maxage, value: "7"}\n'
        "  - {name: audit-log-path, value: /x}\n"
        "  - {name: v, value: 2}\n"
        "  - 3\n"
        "  extraVolumes:\n"
        "  - {name: audit-policy, hostPath: /etc/other, mountPath: /etc/audit/policy.yaml}\n"
    )
    found = problems(text)
    assert [problem.split(": ", 1)[0] for problem in found] == [
        f"kubeadm.yaml:{place}" for place in ("3:20", "6:37", "7:35", "8:22", "9:5", "11:5")
    ]
    assert '"7" here, and "30" by the spec' in found[1]
    assert "the spec does not set it" in found[2]


@pytest.mark.parametrize(
    ("minor", "version", "allowed"),
    [
        (37, "v1beta3", "v1beta4 is allowed; kubeadm config migrate"),
        (30, "v1beta4", "v1beta3 is allowed"),
        (27, "v1beta2", "v1beta3 is allowed"),
        (37, "v1", "v1beta4 is allowed"),
    ],
)
def test_an_api_version_that_this_kubeadm_does_not_read_is_refused(minor: int, version: str, allowed: str) -> None:
    setup = AuditSetup(KubernetesVersion(minor), FLAGS, (POLICY,))
    (problem,) = problems(HEAD.replace("v1beta4", version), setup)
    assert f'kubeadm 1.{minor} does not read "{version}"; {allowed}' in problem


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("apiServer: 3\n", "apiServer is the number 3 here; a mapping is allowed"),
        ("apiServer:\n  extraArgs: {a: b}\n", "extraArgs is a mapping here; a list is allowed in this API version"),
        ("x: &a {extraArgs: []}\napiServer: *a\n", "apiServer is an alias"),
        ("x: &a {extraArgs: []}\napiServer: {<<: *a}\n", "a merge key may bring"),
        ("apiServer: {}\napiServer: {}\n", "apiServer stands here a second time"),
        ("---\n" + HEAD, "a second ClusterConfiguration"),
        ("apiServer: {extraVolumes: [{name: a, readOnly: 'yes'}]}\n", 'the string "yes" stands here; true or false'),
        ("apiServer: [\n", "did not find expected"),
    ],
)
def test_a_shape_that_cannot_be_merged_into_is_refused(body: str, message: str) -> None:
    assert any(message in problem for problem in problems(HEAD + body))


def test_a_file_without_auditing_is_left_alone_where_auditing_is_off() -> None:
    text = f"{HEAD}apiServer: {{}} # mine\n"
    assert merged(text, AuditSetup(KubernetesVersion(37))) == text


def test_a_file_with_auditing_is_refused_where_auditing_is_off() -> None:
    text = f'{HEAD}apiServer:\n  extraArgs:\n  - {{name: audit-log-path, value: "-"}}\n'
    (problem,) = problems(text, AuditSetup(KubernetesVersion(37)))
    assert "the spec does not set it; remove it here" in problem


@pytest.mark.skipif(not CORPUS.is_dir() and not os.environ.get("CI"), reason="the corpus of real files is not here")
@pytest.mark.parametrize("minor", [26, 29, 33, 37])
def test_real_files_merge_or_are_refused_with_a_place(minor: int) -> None:
    setup = AuditSetup(KubernetesVersion(minor), FLAGS, (POLICY,))
    outcomes = [_outcome(path, setup) for path in sorted((CORPUS / "kubeadm").iterdir())]
    assert set(outcomes) == {"merged", "refused"}


def _outcome(path: Path, setup: AuditSetup) -> str:
    text = path.read_text(errors="replace").replace("audit-", "other-")
    try:
        result = merged(text, setup)
    except InputError as error:
        return "refused" if all(problem.span for problem in error.problems) else "refused without a place"
    rest = iter(result.splitlines())
    lost = list(itertools.filterfalse(lambda line: any(line == kept for kept in rest), text.splitlines()))
    assert lost == [] or "{" in text or "[" in text
    return "merged"
