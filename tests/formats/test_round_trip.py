"""The law: what a format reads from what it rendered is the setup again, as far as it transports it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import MINORS, Case, cases, setups

from auditstrap import Cluster, load_spec, render
from auditstrap.formats import BY_NAME, FORMATS, Format, cloud_init, kubeadm
from auditstrap.setup import AuditSetup

ALL_OPTIONS = [
    *((known, known.OPTIONS.build()) for known in FORMATS),
    (cloud_init, cloud_init.Options(encoding="text")),
    (cloud_init, cloud_init.Options(verify_after_boot=True)),
]


def cluster_of(case: Case) -> Cluster:
    (cluster,) = load_spec(case.text, read_file=case.read_file).clusters
    return cluster


def same(known: Format, setup: AuditSetup, options: object, notes: tuple[str, ...] = ()) -> bool:
    return all(
        known.read(artifact.content.decode()).known() == setup.part(known.TRANSPORTS)
        for artifact in known.render(setup, options, notes)
    )


@pytest.mark.parametrize("minor", MINORS)
@settings(max_examples=15)
@given(data=st.data())
def test_a_spec_of_any_minor_is_read_back_from_every_format(minor: int, data: st.DataObject) -> None:
    cluster = cluster_of(data.draw(cases(minor)))
    for known, options in ALL_OPTIONS:
        assert same(known, cluster.setup, options, cluster.notes)


@given(setups())
def test_any_setup_at_all_is_read_back_from_every_format(setup: AuditSetup) -> None:
    for known in FORMATS:
        assert same(known, setup, known.OPTIONS.build())


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: str(known.NAME))
@pytest.mark.parametrize("minor", MINORS)
def test_a_setup_without_auditing_is_read_back(known: Format, minor: int) -> None:
    (cluster,) = load_spec(
        "apiVersion: auditstrap.dev/v1alpha1\nkind: AuditBootstrap\n"
        f'spec: {{enabled: false, kubernetesVersion: "1.{minor}"}}\n'
    ).clusters
    assert same(known, cluster.setup, known.OPTIONS.build(), cluster.notes)


def test_every_part_of_a_setup_is_transported_by_some_format() -> None:
    assert set.union(*(set(known.TRANSPORTS) for known in FORMATS)) == {
        "kubernetes",
        "flags",
        "mounts",
        "files",
        "directories",
    }


def test_together_the_default_formats_transport_everything() -> None:
    (cluster,) = load_spec(
        Case(
            {"apiVersion": "auditstrap.dev/v1alpha1", "kind": "AuditBootstrap", "spec": {"kubernetesVersion": "1.37"}}
        ).text
    ).clusters
    seen: dict[str, object] = {}
    from auditstrap import Spec

    for artifact, output in zip(render(Spec((cluster,))), cluster.outputs, strict=True):
        seen |= BY_NAME[output.format].read(artifact.content.decode()).known()
    assert seen == cluster.setup.part(frozenset({"kubernetes", "flags", "mounts", "files", "directories"}))


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: str(known.NAME))
@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "[]", "text", "kind: ClusterConfiguration\n", "write_files: text\n"]
)
def test_a_file_with_nothing_in_it_is_no_error(known: Format, text: str) -> None:
    parts = known.read(text).known().values()
    assert all(not part for part in parts)


def test_places_of_what_was_read_are_those_in_the_file() -> None:
    (cluster,) = load_spec(
        'apiVersion: auditstrap.dev/v1alpha1\nkind: AuditBootstrap\nspec: {kubernetesVersion: "1.37"}\n'
    ).clusters
    (artifact,) = kubeadm.render(cluster.setup, kubeadm.Options())
    lines = artifact.content.decode().splitlines()
    seen = kubeadm.read(artifact.content.decode())
    assert seen.flags is not None
    for flag in seen.flags:
        assert lines[flag.span.start.line - 1].strip() == f"- name: {flag.value.name}"
    assert seen.mounts is not None
    for mount in seen.mounts:
        assert lines[mount.span.start.line - 1].strip() == f"- name: {mount.value.name}"
    assert seen.kubernetes is not None
    assert lines[seen.kubernetes.span.start.line - 1] == "kubernetesVersion: stable-1.37"
