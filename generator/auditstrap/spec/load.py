"""From the text of a spec to clusters, with every mistake in it reported at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.fields import MISSING, ReadFile, Reading, no_files
from auditstrap.formats import FORMATS
from auditstrap.problems import InputError, Problem, quoted
from auditstrap.source import Document, SourceError, Span, documents
from auditstrap.spec.added_rules import warn_of_broken_promises
from auditstrap.spec.combinations import check_outputs, check_paths, check_settings
from auditstrap.spec.model import Cluster, Output, Settings, Spec
from auditstrap.spec.plan import plan, remains
from auditstrap.spec.policy_text import policy_text
from auditstrap.spec.schema import DOCUMENT, KIND

DEFAULT_OUTPUTS: Final = tuple(Output(known.NAME, known.OPTIONS.build()) for known in FORMATS[:3])


def load_spec(text: str, *, file: str = "auditstrap.yaml", read_file: ReadFile = no_files) -> Spec:
    """Read a spec: one AuditBootstrap document, or several for a fleet.

    ``file`` is its name in messages. ``read_file`` gives a file that the spec names; without it a spec that names one
    is refused. Raises InputError with everything that is wrong.
    """
    found, problems = _documents(text, file)
    clusters: list[Cluster] = []
    names = _Names(file, needed=len(found) > 1)
    for document in found:
        reading = Reading(file, read_file)
        cluster = _cluster(document, reading)
        problems.extend(reading.problems)
        if cluster is not None:
            problems.extend(names.problems(cluster, document.span))
            clusters.append(cluster)
    if not found and not problems:
        problems.append(Problem(file, None, f"there is no {KIND} in it"))
    if problems:
        raise InputError(problems)
    return Spec(tuple(clusters))


def _documents(text: str, file: str) -> tuple[list[Document], list[Problem]]:
    found: list[Document] = []
    try:
        found.extend(document for document in documents(text) if document.root is not None)
    except SourceError as error:
        return found, [Problem(file, Span(error.position, error.position), f"this is not YAML: {error}")]
    return found, []


def _cluster(document: Document, reading: Reading) -> Cluster | None:
    if document.root is None:
        return None
    values = DOCUMENT.read(document.root, "", reading)
    if values is MISSING:
        return None
    settings: Settings = values["spec"]
    check_settings(settings, reading)
    outputs = DEFAULT_OUTPUTS if settings.outputs is None else settings.outputs
    check_outputs(outputs, reading)
    policy = policy_text(settings.policy, settings.kubernetes.minor, reading)
    if policy is None or reading.failed:
        return None
    setup = plan(settings, policy)
    check_paths(setup, outputs, reading)
    warn_of_broken_promises(settings.policy, policy, settings.kubernetes.minor, reading)
    return Cluster(values["metadata"].get("name"), setup, outputs, remains(settings), reading.warnings)


class _Names:
    """The names of a fleet: each cluster has a folder, so each needs a name of its own."""

    def __init__(self, file: str, *, needed: bool) -> None:
        self._file = file
        self._needed = needed
        self._lines: dict[str, int] = {}

    def problems(self, cluster: Cluster, span: Span) -> Iterator[Problem]:
        if cluster.name is None:
            if self._needed:
                yield Problem(self._file, span, "metadata.name is missing; each of several clusters needs one")
        elif cluster.name in self._lines:
            line = self._lines[cluster.name]
            message = f"metadata.name: {quoted(cluster.name)} is also the cluster at line {line}; each needs its own"
            yield Problem(self._file, span, message)
        else:
            self._lines[cluster.name] = span.start.line
