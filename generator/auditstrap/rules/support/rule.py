"""What a rule is: whom it looks at, what it says, and its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from auditstrap.embedded import Text
from auditstrap.findings import Fault, Severity
from auditstrap.kubernetes.versions import NEWEST_MINOR, OLDEST_MINOR
from auditstrap.observed.judged import JudgedPolicy
from auditstrap.observed.model import PolicyDocument
from auditstrap.policy.load import load
from auditstrap.policy.model import Policy, PolicyError
from auditstrap.source import Mapping as YamlMapping

S = TypeVar("S")

MAINTAINED: Final = tuple(range(NEWEST_MINOR - 2, NEWEST_MINOR + 1))
"""The minors that upstream maintains: what all of them refuse is wrong where the minor is not known."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least that the log's rotation flags must allow (days, files, MiB)."""

    maxage: int = 30
    maxbackup: int = 10
    maxsize: int = 100


@dataclass(frozen=True, slots=True)
class Context:
    """What a check was asked for, and what it has loaded. ``minor`` is the one that the caller named."""

    minor: int | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    controls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _loaded: dict[Text, Policy | PolicyError] = field(default_factory=dict, repr=False, compare=False)
    _judged: dict[Text, JudgedPolicy] = field(default_factory=dict, repr=False, compare=False)

    def minor_of(self, known: int | None) -> int:
        """The minor to judge by: the caller's, the file's, or the newest."""
        return self.minor or known or NEWEST_MINOR

    def minors_of(self, known: int | None) -> tuple[int, ...]:
        """The minors that may be meant: one, or all that are maintained."""
        named = self.minor or known
        return (named,) if named else MAINTAINED

    def loaded(self, document: PolicyDocument) -> Policy | PolicyError:
        """The policy as kube-apiserver holds it, or why it would not start; loaded once."""
        if document.text not in self._loaded:
            self._loaded[document.text] = self._load(document)
        return self._loaded[document.text]

    def judged(self, document: PolicyDocument) -> JudgedPolicy | None:
        """The policy with what it does to all requests, None for one that does not load; analysed once."""
        policy, key = self.loaded(document), document.text
        if isinstance(policy, PolicyError):
            return None
        if key not in self._judged:
            root = next((one.root for one in document.text.documents()[0]), None)
            if not isinstance(root, YamlMapping):
                return None
            self._judged[key] = JudgedPolicy(document.text, root, policy, self._known_minor(document))
        return self._judged[key]

    def _known_minor(self, document: PolicyDocument) -> int:
        return min(max(self.minor_of(document.minor), OLDEST_MINOR), NEWEST_MINOR)

    def _load(self, document: PolicyDocument) -> Policy | PolicyError:
        try:
            return load(document.text.content, kubernetes=f"1.{self._known_minor(document)}")
        except PolicyError as error:
            return error


@dataclass(frozen=True, slots=True)
class Rule(Generic[S]):
    """One rule; ``id`` is the stem of its module, with hyphens for underscores.

    ``of`` is the kind of subject that ``check`` looks at. The page: ``what`` it finds, ``why`` it matters,
    a ``wrong`` and a ``right`` example (files by name, or the text of one), ``sources``. A ``pedantic`` rule is run
    only where somebody asks for that.
    """

    id: str
    of: type[S]
    severities: tuple[Severity, ...]
    check: Callable[[S, Context], Iterable[Fault]]
    what: str
    why: str
    wrong: str | dict[str, str]
    right: str | dict[str, str]
    sources: tuple[str, ...]
    pedantic: bool = False
