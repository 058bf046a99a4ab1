"""``auditstrap render``."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from auditstrap.cli.console import Console, Failure
from auditstrap.cli.files import SPEC_NAME, Folder, read_beside, read_spec
from auditstrap.cli.preset import complete_preset
from auditstrap.cli.progress import tracked
from auditstrap.fields import UserFile
from auditstrap.formats import BY_NAME
from auditstrap.problems import InputError, Problem, quoted, unknown
from auditstrap.rendering import render_cluster
from auditstrap.setup import Artifact
from auditstrap.spec.load import load_spec
from auditstrap.spec.model import Cluster, Output
from auditstrap.spec.schema import API_VERSION, KIND
from auditstrap.yaml_text import dump

app = typer.Typer(add_completion=False)

DRIFT = 1


def _complete_format(incomplete: str) -> list[str]:
    return [name for name in BY_NAME if name.startswith(incomplete)]


@app.command()
def render(  # noqa: PLR0913 - one parameter an option
    specs: Annotated[
        list[str] | None,
        typer.Argument(metavar="SPEC", help=f"Spec files; - is standard input. [default: {SPEC_NAME}]"),
    ] = None,
    *,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Folder to write to, instead of standard output."),
    ] = None,
    kubernetes_version: Annotated[
        str | None, typer.Option(metavar="VERSION", help="Render without a spec, for this version: 1.37, v1.37.2.")
    ] = None,
    preset: Annotated[
        str | None, typer.Option(autocompletion=complete_preset, help="Built-in policy to render without a spec.")
    ] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", autocompletion=_complete_format, help=f"Only this: {', '.join(BY_NAME)}. Repeatable."),
    ] = None,
    artifact: Annotated[str | None, typer.Option(metavar="NAME", help="Only the artifact of this name.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; print what differs and exit 1 if anything does.")
    ] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; print what would change.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that auditstrap did not write.")] = False,
) -> None:
    """Render specs into kubeadm configuration, cloud-init user-data and audit policy."""
    if (check or diff) and output is None:
        raise Failure("--check and --diff compare with a folder; name it with -o DIR")
    texts = _Texts()
    clusters = _clusters(specs or [], texts, kubernetes_version, preset, formats or [])
    artifacts = _chosen(_artifacts(clusters), artifact)
    _say_notes(clusters, texts)
    if output is None:
        _print(artifacts)
        return
    folder = Folder(output, force=force)
    stale = [] if formats or artifact else folder.stale(artifacts)
    if check or diff:
        drift = _print_drift(folder, artifacts, stale)
        raise typer.Exit(DRIFT if check and drift else 0)
    for path in folder.write(artifacts):
        Console.stderr().say(f"wrote {path}")
    for path in stale:
        Console.stderr().say(f"{path} was rendered once and no longer belongs to the spec; delete it")


def _clusters(
    specs: list[str], texts: _Texts, version: str | None, preset: str | None, formats: list[str]
) -> list[Cluster]:
    for name in formats:
        if name not in BY_NAME:
            raise Failure(unknown("format", name, BY_NAME))
    if version is None and preset is None:
        clusters = _load_files(specs or _default_spec(), texts)
    elif specs:
        raise Failure("--kubernetes-version and --preset stand for a spec; give one or the other")
    else:
        clusters = _load_options(version, preset)
    return [_narrowed(cluster, formats) for cluster in clusters] if formats else clusters


def _default_spec() -> list[str]:
    if Path(SPEC_NAME).is_file():
        return [SPEC_NAME]
    raise Failure(f"give a spec, or --kubernetes-version; there is no {SPEC_NAME} here, and auditstrap init writes one")


def _load_options(version: str | None, preset: str | None) -> list[Cluster]:
    if version is None:
        raise Failure("--preset alone is no spec; --kubernetes-version is needed too")
    policy = {"policy": {"preset": preset}} if preset else {}
    text = dump({"apiVersion": API_VERSION, "kind": KIND, "spec": {"kubernetesVersion": version, **policy}})
    try:
        return list(load_spec(text).clusters)
    except InputError as error:
        raise Failure(*(problem.message.removeprefix("spec.") for problem in error.problems)) from None


def _load_files(specs: list[str], texts: _Texts) -> list[Cluster]:
    clusters: list[Cluster] = []
    problems: list[Problem] = []
    for spec in specs:
        try:
            clusters.extend(load_spec(texts.spec(spec), file=spec, read_file=partial(texts.beside, spec)).clusters)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise Failure(problems=problems, texts=texts.get)
    _refuse_repeated_names(clusters)
    return clusters


class _Texts:
    """The inputs that were read, by name, for the lines that messages show."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def spec(self, path: str) -> str:
        return self._texts.setdefault(path, read_spec(path))

    def beside(self, spec: str, name: str) -> UserFile:
        file = read_beside(spec, name)
        self._texts[file.path] = file.text
        return file

    def get(self, path: str) -> str | None:
        return self._texts.get(path)


def _refuse_repeated_names(clusters: list[Cluster]) -> None:
    """Across spec files; inside one file a repeated name is a problem with a line."""
    names = [cluster.name for cluster in clusters]
    if len(clusters) > 1:
        if None in names:
            raise Failure("several specs are rendered into a folder each, so each needs a metadata.name")
        if repeated := next((name for name in names if names.count(name) > 1), None):
            raise Failure(f"two specs have the metadata.name {quoted(repeated)}; each needs its own")


def _narrowed(cluster: Cluster, formats: list[str]) -> Cluster:
    """Only these formats, with the options that the spec gives them."""
    given = {output.format: output for output in cluster.outputs}
    wanted = [given.get(name) or Output(name, BY_NAME[name].OPTIONS.build()) for name in dict.fromkeys(formats)]
    return replace(cluster, outputs=tuple(wanted))


def _artifacts(clusters: list[Cluster]) -> list[Artifact]:
    artifacts: list[Artifact] = []
    problems: list[Problem] = []
    for cluster in tracked(clusters, "rendering"):
        try:
            artifacts.extend(render_cluster(cluster, folder=cluster.name if len(clusters) > 1 else None))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise Failure(problems=problems)
    return artifacts


def _chosen(artifacts: list[Artifact], name: str | None) -> list[Artifact]:
    if name is None:
        return artifacts
    chosen = [artifact for artifact in artifacts if artifact.path == name]
    if not chosen:
        raise Failure(unknown("artifact", name, [artifact.path for artifact in artifacts]))
    return chosen


def _print(artifacts: list[Artifact]) -> None:
    out = sys.stdout.buffer
    for index, artifact in enumerate(artifacts):
        if len(artifacts) > 1:
            out.write(f"{chr(10) if index else ''}==> {artifact.path} <==\n".encode())
        out.write(artifact.content)
    out.flush()


def _say_notes(clusters: list[Cluster], texts: _Texts) -> None:
    for warning in dict.fromkeys(warning for cluster in clusters for warning in cluster.warnings):
        Console.stderr().warning(warning, texts.get(warning.file))
    for notes in dict.fromkeys(cluster.notes for cluster in clusters):
        for sentence in notes:
            Console.stderr().say(sentence)


def _print_drift(folder: Folder, artifacts: list[Artifact], stale: list[Path]) -> bool:
    changed = folder.changed(artifacts)
    for artifact in changed:
        Console.stdout().diff(_diff(folder, artifact))
    for path in stale:
        Console.stdout().say(f"{path} was rendered once and no longer belongs to the spec; delete it")
    return bool(changed or stale)


def _diff(folder: Folder, artifact: Artifact) -> Iterable[str]:
    there = folder.current(artifact)
    path = str(folder.root / artifact.path)
    before = "/dev/null" if there is None else path
    return difflib.unified_diff(_lines(there), _lines(artifact.content), before, path, lineterm="")


def _lines(content: bytes | None) -> list[str]:
    return (content or b"").decode("utf-8", "replace").splitlines()
