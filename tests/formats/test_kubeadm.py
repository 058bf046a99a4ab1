"""kubeadm.yaml is what the kubeadm of each minor reads."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from tests.strategies import MINORS, Case, cases

from auditstrap import load_spec
from auditstrap.formats import kubeadm
from auditstrap.kubernetes.versions import KubernetesVersion
from auditstrap.setup import AuditSetup, Flag, Mount
from auditstrap.source import SourceError
from auditstrap.yaml_text import HEADING

FLAG = Flag("audit-log-maxage", "30")
MOUNT = Mount("audit-log", "/var/log/a", "/var/log/a", read_only=False, path_type="DirectoryOrCreate")


def rendered(setup: AuditSetup, *notes: str) -> str:
    (artifact,) = kubeadm.render(setup, kubeadm.Options(), notes)
    assert (artifact.path, artifact.mode) == ("kubeadm.yaml", 0o644)
    return artifact.content.decode()


def document(setup: AuditSetup) -> Any:
    return yaml.safe_load(rendered(setup))


@pytest.mark.parametrize("minor", MINORS)
def test_each_minor_gets_the_api_that_its_kubeadm_writes(minor: int) -> None:
    made = document(AuditSetup(KubernetesVersion(minor), flags=(FLAG,)))
    version, args = (
        ("v1beta3", {"audit-log-maxage": "30"})
        if minor <= 30
        else ("v1beta4", [{"name": "audit-log-maxage", "value": "30"}])
    )
    assert made["apiVersion"] == f"kubeadm.k8s.io/{version}"
    assert made["apiServer"]["extraArgs"] == args


def test_a_minor_asks_for_its_newest_release_and_a_release_for_itself() -> None:
    assert document(AuditSetup(KubernetesVersion(37)))["kubernetesVersion"] == "stable-1.37"
    assert document(AuditSetup(KubernetesVersion(37, 0)))["kubernetesVersion"] == "v1.37.0"


def test_a_mount_is_an_extra_volume() -> None:
    assert document(AuditSetup(KubernetesVersion(37), mounts=(MOUNT,)))["apiServer"]["extraVolumes"] == [
        {
            "name": "audit-log",
            "hostPath": "/var/log/a",
            "mountPath": "/var/log/a",
            "readOnly": False,
            "pathType": "DirectoryOrCreate",
        }
    ]


def test_without_auditing_there_is_no_api_server_section() -> None:
    assert set(document(AuditSetup(KubernetesVersion(37)))) == {"apiVersion", "kind", "kubernetesVersion"}


@given(cases())
def test_every_value_of_a_flag_is_a_string_and_every_volume_is_complete(case: Case) -> None:
    (cluster,) = load_spec(case.text, read_file=case.read_file).clusters
    server = document(cluster.setup)["apiServer"]
    args = server["extraArgs"]
    values = list(args.values()) if isinstance(args, dict) else [arg["value"] for arg in args]
    assert all(isinstance(value, str) for value in values)
    assert all(set(v) == {"name", "hostPath", "mountPath", "readOnly", "pathType"} for v in server["extraVolumes"])


def test_the_heading_and_the_notes_are_comments_at_the_top() -> None:
    lines = rendered(AuditSetup(KubernetesVersion(37)), "One.", "Two.").splitlines()
    assert lines[:3] == [f"# {HEADING}", "# One.", "# Two."]


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("apiServer: {extraArgs: [{name: a, value: b}]}", (Flag("a", "b"),)),
        ("apiServer: {extraArgs: [{name: a, value: 1}, {name: b}, c, {value: d}]}", ()),
        ("apiServer: {extraArgs: {a: b}}", ()),
        ("apiServer: []", ()),
        ("apiServer: {}", ()),
        ("{}", ()),
    ],
)
def test_values_of_another_shape_are_passed_over(text: str, flags: tuple[Flag, ...]) -> None:
    head = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n"
    body = "" if text == "{}" else text
    assert kubeadm.read(head + body).known()["flags"] == flags


def test_the_map_of_v1beta3_is_read_and_an_unknown_version_as_the_newer_way_of_neither() -> None:
    text = "apiVersion: kubeadm.k8s.io/{}\nkind: ClusterConfiguration\napiServer: {{extraArgs: {{a: b}}}}\n"
    assert kubeadm.read(text.format("v1beta3")).known()["flags"] == (Flag("a", "b"),)
    assert kubeadm.read(text.format("v1beta2")).known()["flags"] == (Flag("a", "b"),)


def test_other_documents_and_other_groups_are_not_a_cluster_configuration() -> None:
    text = (
        "apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\n---\n"
        "apiVersion: other.example/v1\nkind: ClusterConfiguration\n---\n# nothing\n"
    )
    assert kubeadm.read(text).known() == {}
    found = text + "---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.1\n"
    assert kubeadm.read(found).known() == {"kubernetes": KubernetesVersion(36, 1), "flags": (), "mounts": ()}


def test_what_is_not_yaml_is_an_error_with_its_place() -> None:
    with pytest.raises(SourceError) as caught:
        kubeadm.read("a: 1\n'open")
    assert caught.value.position.line == 2


@pytest.mark.parametrize("version", ["v1.36.1-rc.0", "latest", "ci/latest", "", "1"])
def test_a_version_that_names_no_release_is_unknown(version: str) -> None:
    text = f"apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: '{version}'\n"
    assert "kubernetes" not in kubeadm.read(text).known()
