"""From a spec to artifacts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditstrap.formats import BY_NAME, Format, cloud_init, kubeadm
from auditstrap.kubernetes.versions import KubernetesVersion
from auditstrap.problems import InputError, Problem
from auditstrap.setup import Artifact, AuditSetup, NodeFile
from auditstrap.spec.model import Cluster, Output, Spec


def render(spec: Spec) -> tuple[Artifact, ...]:
    """Every artifact of a spec, the paths of several clusters each under its name.

    Raises InputError where a file of the user's that auditing is merged into says something else, for all of them.
    """
    artifacts: list[Artifact] = []
    problems: list[Problem] = []
    for cluster in spec.clusters:
        try:
            artifacts.extend(render_cluster(cluster, folder=cluster.name if len(spec.clusters) > 1 else None))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return tuple(artifacts)


def render_cluster(cluster: Cluster, *, folder: str | None = None) -> tuple[Artifact, ...]:
    """The artifacts of one cluster, their paths under ``folder`` if one is given. Raises InputError as render does."""
    made = [artifact for output in cluster.outputs for artifact in _artifacts(cluster, output)]
    prefix = f"{folder}/" if folder else ""
    return tuple(replace(artifact, path=prefix + artifact.path) for artifact in made)


def _artifacts(cluster: Cluster, output: Output) -> Iterator[Artifact]:
    if isinstance(output.options, cloud_init.Options) and output.options.kubeadm_config_path:
        yield from _cloud_configs(cluster, output.options, output.options.kubeadm_config_path)
    else:
        yield from _proved(BY_NAME[output.format], cluster.setup, output.options, cluster.notes)


def _cloud_configs(cluster: Cluster, options: cloud_init.Options, path: str) -> Iterator[Artifact]:
    """The first node gets the kubeadm file too; those that join take its content from the cluster."""
    (config,) = _kubeadm_config(cluster)
    first = NodeFile(path, config.content, 0o600, "root:root")
    setup = replace(cluster.setup, files=(*cluster.setup.files, first))
    yield from (replace(artifact, mode=config.mode) for artifact in _proved(cloud_init, setup, options, cluster.notes))
    for artifact in _proved(cloud_init, cluster.setup, options, cluster.notes):
        yield replace(artifact, path=cloud_init.JOIN_ARTIFACT)


def _kubeadm_config(cluster: Cluster) -> tuple[Artifact, ...]:
    options = next((o.options for o in cluster.outputs if isinstance(o.options, kubeadm.Options)), kubeadm.Options())
    return kubeadm.render(cluster.setup, options, cluster.notes)


def _proved(known: Format, setup: AuditSetup, options: object, notes: tuple[str, ...]) -> tuple[Artifact, ...]:
    """What a format renders, after reading it back: everything that it transports must be in it."""
    artifacts = known.render(setup, options, notes)
    for artifact in artifacts:
        seen = known.read(artifact.content.decode()).known()
        for part, expected in setup.part(known.TRANSPORTS).items():
            if not _holds(seen.get(part), expected):
                raise AssertionError(f"{artifact.path} was rendered without the {part} of its setup: {seen.get(part)}")
    return artifacts


def _holds(seen: object, expected: object) -> bool:
    """A file of the user's own may hold more, and may leave the version out or name a release of the minor."""
    if isinstance(seen, KubernetesVersion) and isinstance(expected, KubernetesVersion):
        return seen.minor == expected.minor and expected.patch in {None, seen.patch}
    if isinstance(seen, tuple) and isinstance(expected, tuple):
        return all(value in seen for value in expected)
    return seen is None or seen == expected
