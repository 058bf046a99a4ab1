"""The values of one dimension of requests, cut into atoms that no rule tells apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote

from auditstrap.policy.request import Request
from auditstrap.policy.request_target import RequestError


class Literals:
    """Strings that are only compared: each that is mentioned, and one that stands for all others."""

    def __init__(self, preferred: Collection[str], mentioned: Iterable[str], others: Iterable[str]) -> None:
        literals = list(dict.fromkeys((*preferred, *mentioned)))
        self.other = next(name for name in others if name not in literals)
        self.values = (self.other, *literals)
        self.mentioned = any(value not in preferred for value in literals)
        self._index = {value: index for index, value in enumerate(self.values)}
        self.full = (1 << len(self.values)) - 1

    def mask(self, values: Iterable[str]) -> int:
        """The atoms of some values, all for none."""
        mask = 0
        for value in values:
            mask |= 1 << self._index[value]
        return mask or self.full

    def bit(self, value: str) -> int:
        """The atom of a value, mentioned or not."""
        return 1 << self._index.get(value, 0)


class Kind(NamedTuple):
    """A resource and a subresource."""

    resource: str
    subresource: str

    def __str__(self) -> str:
        """As a policy writes it: ``pods/log``."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource

    @property
    def is_real(self) -> bool:
        """Whether a URL can name it."""
        return bool(self.resource) and "/" not in self.resource + self.subresource


_Signature = tuple[str | None, str | None, str | None]


@dataclass(slots=True)
class Kinds:
    """Pairs of resource and subresource, told apart by patterns: ``r``, ``r/s``, ``r/*``, ``*/s`` and ``*``."""

    patterns: frozenset[str]
    atoms: list[Kind] = field(default_factory=list)
    """An example of each atom."""
    plain_atoms: dict[int, Kind] = field(default_factory=dict)
    """An example without a subresource of each atom that has one."""
    real: int = 0
    """The atoms that some URL can name."""
    _index: dict[_Signature, int] = field(default_factory=dict)

    @classmethod
    def of(cls, patterns: Iterable[str], known: Iterable[Kind]) -> Kinds:
        """The atoms of these patterns; ``known`` pairs are preferred as examples."""
        kinds = cls(frozenset(patterns))
        for kind in (*known, *kinds._candidates()):
            kinds._add(kind)
        return kinds

    @property
    def full(self) -> int:
        """All atoms."""
        return (1 << len(self.atoms)) - 1

    @property
    def plain(self) -> int:
        """The atoms that some URL without a subresource can name."""
        return sum(1 << index for index in self.plain_atoms)

    def named(self, resource: str) -> int:
        """The atoms that hold nothing but this resource and its subresources."""
        mask = 0
        for (whole, starred, _), index in self._index.items():
            if starred == resource or (whole is not None and whole.partition("/")[0] == resource):
                mask |= 1 << index
        return mask

    def bit(self, kind: Kind) -> int:
        """The atom of a pair."""
        return 1 << self._index[self._signature(kind)]

    def mask(self, patterns: Iterable[str]) -> int:
        """The atoms that some of these patterns match, all for no pattern."""
        wanted = frozenset(patterns)
        if not wanted or "*" in wanted:
            return self.full
        resources = {pattern[:-2] for pattern in wanted if pattern.endswith("/*")}
        subresources = {pattern[2:] for pattern in wanted if pattern.startswith("*/")}
        mask = 0
        for (whole, resource, subresource), index in self._index.items():
            if whole in wanted or resource in resources or subresource in subresources:
                mask |= 1 << index
        return mask

    def shown(self, index: int) -> str | None:
        """An atom as a policy would write it, None for what no pattern but ``*`` matches."""
        whole, resource, subresource = self._signature(self.atoms[index])
        if whole is not None or (resource is not None and subresource is not None):
            return whole or str(self.atoms[index])
        if resource is not None:
            return f"{resource}/*"
        return f"*/{subresource}" if subresource is not None else None

    def _signature(self, kind: Kind) -> _Signature:
        whole, by_resource, by_subresource = str(kind), f"{kind.resource}/*", f"*/{kind.subresource}"
        return (
            whole if whole in self.patterns else None,
            kind.resource if by_resource in self.patterns else None,
            kind.subresource if kind.subresource and by_subresource in self.patterns else None,
        )

    def _add(self, kind: Kind) -> None:
        signature = self._signature(kind)
        index = self._index.setdefault(signature, len(self.atoms))
        if index == len(self.atoms):
            self.atoms.append(kind)
        elif kind.is_real and not self.atoms[index].is_real:
            self.atoms[index] = kind
        self.real |= kind.is_real << index
        if kind.is_real and not kind.subresource:
            self.plain_atoms.setdefault(index, kind)

    def _candidates(self) -> Iterator[Kind]:
        """Pairs that meet every combination of patterns that some pair meets."""
        fresh = [name for name in ("widgets", "status") if not self._mentions(name)]
        number = next(n for n in range(100_000) if not self._mentions(f"x{n}"))
        resource, subresource = (*fresh, f"x{number}")[0], f"x{number}"
        by_resource = [pattern[:-2] for pattern in self.patterns if pattern.endswith("/*")]
        by_subresource = [pattern[2:] for pattern in self.patterns if pattern.startswith("*/") and pattern[2:]]
        for name in sorted({resource, *by_resource}):
            for sub in ("", subresource, *sorted(by_subresource)):
                yield Kind(name, sub)
        for pattern in sorted(self.patterns):
            yield from _splits(pattern)

    def _mentions(self, name: str) -> bool:
        return any(name in pattern.split("/") for pattern in self.patterns)


def _splits(pattern: str) -> Iterator[Kind]:
    """The pairs that are written as this pattern."""
    yield Kind(pattern, "")
    for place, character in enumerate(pattern):
        if character == "/" and pattern[place + 1 :]:
            yield Kind(pattern[:place], pattern[place + 1 :])


@dataclass(slots=True)
class Paths:
    """URL paths, told apart by the specs of ``nonResourceURLs``."""

    specs: tuple[str, ...]
    atoms: list[str] = field(default_factory=list)
    """An example of each atom."""
    _matched: list[frozenset[str]] = field(default_factory=list)
    _index: dict[frozenset[str], int] = field(default_factory=dict)
    real: int = 0
    """The atoms that hold a path of a request that is not for a resource."""

    @classmethod
    def of(cls, specs: Iterable[str], known: Iterable[str]) -> Paths:
        """The atoms of these specs; ``known`` paths are preferred as examples."""
        paths = cls(tuple(dict.fromkeys(specs)))
        matchers = [(spec, path_matcher(spec)) for spec in paths.specs]
        for path in (*known, *paths._candidates()):
            paths._add(path, frozenset(spec for spec, matches in matchers if matches(path)))
        return paths

    @property
    def full(self) -> int:
        """All atoms."""
        return (1 << len(self.atoms)) - 1

    def bit(self, path: str) -> int:
        """The atom of a path."""
        return 1 << self._index[frozenset(spec for spec in self.specs if path_matcher(spec)(path))]

    def mask(self, specs: Iterable[str]) -> int:
        """The atoms that some of these specs match, all for none."""
        wanted = frozenset(specs)
        if not wanted:
            return self.full
        mask = 0
        for index, matched in enumerate(self._matched):
            if not matched.isdisjoint(wanted):
                mask |= 1 << index
        return mask

    def shown(self, index: int) -> str | None:
        """An atom by the most exact spec that matches it, None for what none but ``*`` does."""
        matched = [spec for spec in self._matched[index] if spec != "*"]
        return max(matched, key=lambda spec: (not spec.endswith("*"), len(spec))) if matched else None

    def _add(self, path: str, matched: frozenset[str]) -> None:
        real = path.startswith("/") and is_no_resource(path)
        index = self._index.setdefault(matched, len(self.atoms))
        if index == len(self.atoms):
            self.atoms.append(path)
            self._matched.append(matched)
        elif real and not self.real >> index & 1:
            self.atoms[index] = path
        self.real |= real << index

    def _candidates(self) -> Iterator[str]:
        """Paths that meet every combination of specs that some path meets: each spec, and what lies behind it."""
        fresh = next(f"x{n}" for n in range(100_000) if not any(f"x{n}" in spec for spec in self.specs))
        yield from (f"/{fresh}", "/", "", fresh)
        for spec in self.specs:
            start = spec.rstrip("*")
            yield from (spec, start, start + fresh, start + "/")


def is_no_resource(path: str) -> bool:
    """Whether a request for a path, as rules see it without escapes, is audited, and as one for no resource."""
    try:
        return not Request.from_http("GET", quote(path)).resource_request
    except RequestError:
        return False


def path_matcher(spec: str) -> Callable[[str], bool]:
    """Whether a spec of ``nonResourceURLs`` matches a path."""
    if spec == "*":
        return lambda _: True
    if spec.endswith("*"):
        start = spec.rstrip("*")
        return lambda path: path == spec or path.startswith(start)
    return lambda path: path == spec
