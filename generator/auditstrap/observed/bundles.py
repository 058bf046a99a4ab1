"""Files that are given together: what one leaves unknown, another supplies."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from auditstrap.observed.cloud_config import CARRIER as CLOUD_CONFIG
from auditstrap.observed.model import ApiServer, Delivery, Findable, Folder, PolicyDocument

Files = Sequence[tuple[str, Findable]]


@dataclass(frozen=True, slots=True)
class Together:
    """The API servers of one directory, for what they must agree on."""

    servers: tuple[ApiServer, ...]


def shared_subjects(files: Files) -> Iterator[object]:
    """What is judged together: each API server and policy completed by the files around it, and directories."""
    tree = _Tree(files)
    for path, found in files:
        for server in found.servers:
            yield tree.completed(path, server)
        for policy in found.policies:
            yield tree.dated(path, policy)
    yield from tree.folders()
    yield from tree.together()


class _Tree:
    """The files by their directories."""

    def __init__(self, files: Files) -> None:
        self._files = sorted(files, key=lambda file: _directory(file[0]))
        self._by_directory = {
            directory: [found for _, found in group]
            for directory, group in groupby(self._files, key=lambda file: _directory(file[0]))
        }
        self._dated = [(path, server.minor) for path, found in files for server in found.servers if server.minor]
        self._minors: dict[str, frozenset[int]] = {}

    def completed(self, path: str, server: ApiServer) -> ApiServer:
        """An API server with what a cloud-config beside it delivers, where that is for its node."""
        if server.delivery is not None:
            return server
        beside = [d for found in self._by_directory[_directory(path)] for d in found.deliveries]
        related = [delivery for delivery in beside if _is_for(delivery, server)]
        return replace(server, delivery=_joined(related)) if related else server

    def dated(self, path: str, policy: PolicyDocument) -> PolicyDocument:
        """A policy with the minor of the API servers nearest to it, if they agree."""
        directory = _directory(path)
        while True:
            minors = self._minors_under(directory)
            if minors or not directory:
                break
            directory = posixpath.dirname(directory) if directory != "/" else ""
        return replace(policy, minor=next(iter(minors))) if len(minors) == 1 else policy

    def _minors_under(self, directory: str) -> frozenset[int]:
        if directory not in self._minors:
            under = directory.rstrip("/") + "/" if directory else ""
            self._minors[directory] = frozenset(minor for path, minor in self._dated if path.startswith(under))
        return self._minors[directory]

    def folders(self) -> Iterator[Folder]:
        """Directories that hold several Pods."""
        for directory, group in groupby(self._files, key=lambda file: _directory(file[0])):
            pods = [(path, name, place) for path, found in group for name, place in found.named_pods]
            if len(pods) > 1:
                yield Folder(directory, tuple(pods))

    def together(self) -> Iterator[Together]:
        """The API servers of each directory and of each file."""
        for found in self._by_directory.values():
            servers = tuple(server for one in found for server in one.servers)
            if len(servers) > 1:
                yield Together(servers)


def _directory(path: str) -> str:
    return posixpath.dirname(path)


def _is_for(delivery: Delivery, server: ApiServer) -> bool:
    """Whether a cloud-config is for the node of an API server that stands in a file beside it."""
    policy = server.policy_path()
    if delivery.carrier != CLOUD_CONFIG or policy is None:
        return False
    if any(file.text is not None and "audit.k8s.io" in file.text.content for file in delivery.files):
        return True
    mount = server.mount_of(policy)
    return delivery.provides((mount.host_path(policy) if mount else None) or policy)


def _joined(deliveries: list[Delivery]) -> Delivery:
    first, *others = deliveries
    return replace(
        first,
        files=(*first.files, *(file for other in others for file in other.files)),
        commands=(*first.commands, *(command for other in others for command in other.commands)),
        covered=(*first.covered, *(path for other in others for path in other.covered)),
    )
