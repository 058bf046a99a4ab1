"""The Kubernetes minors that are known here, and how a version is written."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

OLDEST_MINOR: Final = 25
NEWEST_MINOR: Final = 37

_VERSION: Final = re.compile(r"v?1\.(0|[1-9][0-9]{0,3})(?:\.(0|[1-9][0-9]{0,3}))?")


class KubernetesVersion(NamedTuple):
    """A release of Kubernetes 1: its minor, and its patch where one was named."""

    minor: int
    patch: int | None = None

    def __str__(self) -> str:
        """As Kubernetes writes it: ``1.37`` or ``1.37.2``."""
        return f"1.{self.minor}" if self.patch is None else f"1.{self.minor}.{self.patch}"


def read_release(text: str) -> KubernetesVersion | None:
    """A ``kubernetesVersion`` of kubeadm: ``v1.37.2`` or ``stable-1.37``; None for a label without a minor."""
    match = _VERSION.fullmatch(text.removeprefix("stable-"))
    return KubernetesVersion(int(match[1]), None if match[2] is None else int(match[2])) if match else None


def parse_version(text: str) -> KubernetesVersion:
    """Read ``1.37``, ``v1.37`` or ``v1.37.2``.

    Raises ValueError, a sentence for the person who wrote it, for any other text and for a minor not known here.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        allowed = f"a minor such as 1.{NEWEST_MINOR} or a release such as v1.{NEWEST_MINOR}.0 is allowed"
        raise ValueError(f'"{text}" is not a Kubernetes version; {allowed}')
    minor, patch = int(match[1]), match[2]
    if not OLDEST_MINOR <= minor <= NEWEST_MINOR:
        raise ValueError(f"Kubernetes 1.{minor} is not supported; 1.{OLDEST_MINOR} to 1.{NEWEST_MINOR} are")
    return KubernetesVersion(minor, None if patch is None else int(patch))
