"""Questions about mounts that several rules ask."""

from __future__ import annotations

import posixpath
from difflib import SequenceMatcher
from typing import Final

from auditstrap.observed.model import ApiServer, MountPoint

_NEAR: Final = 0.6


def nearest(server: ApiServer, path: str) -> MountPoint | None:
    """The mount that was most likely meant to bring a path."""
    scored = [(likeness(mount.path, path), mount) for mount in server.mounts]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= _NEAR else None


def likeness(one: str, other: str) -> float:
    """How near two paths are, from 0 to 1; the same file name counts for much."""
    same = posixpath.basename(one) == posixpath.basename(other)
    return max(SequenceMatcher(None, one, other).ratio(), 0.75 if same else 0.0)


def brings_only(mount: MountPoint, path: str) -> bool:
    """Whether a mount is of this very file, not of a folder around it."""
    return posixpath.normpath(mount.path) == path


def source_of(mount: MountPoint) -> str:
    """The kind of the volume behind a mount, "" where it is not known."""
    return mount.volume.source if mount.volume else ""
