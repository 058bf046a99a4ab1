"""The configuration APIs of kubeadm, by minor.

Source: ``cmd/kubeadm/app/util/config/common.go`` and the ``doc.go`` of each version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GROUP: Final = "kubeadm.k8s.io"


@dataclass(frozen=True, slots=True)
class KubeadmApi:
    """One version of the group ``kubeadm.k8s.io`` and the minors (all inclusive) whose kubeadm writes or reads it.

    ``last_written`` and ``last_read`` are None where the newest known kubeadm still does.
    ``extra_args_are_a_list``: ``extraArgs`` is a list of name and value, else a map of strings.
    """

    version: str
    first: int
    last_written: int | None
    last_read: int | None
    extra_args_are_a_list: bool

    @property
    def api_version(self) -> str:
        """As it stands in a manifest: ``kubeadm.k8s.io/v1beta4``."""
        return f"{GROUP}/{self.version}"

    def written_by(self, minor: int) -> bool:
        """Whether it is the version that the kubeadm of 1.``minor`` writes by default."""
        return self.first <= minor and (self.last_written is None or minor <= self.last_written)

    def read_by(self, minor: int) -> bool:
        """Whether the kubeadm of 1.``minor`` accepts it, perhaps with a deprecation warning."""
        return self.first <= minor and (self.last_read is None or minor <= self.last_read)


KUBEADM_APIS: Final = (
    KubeadmApi("v1beta2", first=15, last_written=21, last_read=26, extra_args_are_a_list=False),
    KubeadmApi("v1beta3", first=22, last_written=30, last_read=35, extra_args_are_a_list=False),
    KubeadmApi("v1beta4", first=31, last_written=None, last_read=None, extra_args_are_a_list=True),
)


def api_for(minor: int) -> KubeadmApi:
    """The API to write for the kubeadm of Kubernetes 1.``minor``."""
    return next(api for api in KUBEADM_APIS if api.written_by(minor))


def readable_by(minor: int) -> tuple[KubeadmApi, ...]:
    """The APIs that the kubeadm of Kubernetes 1.``minor`` accepts, oldest first."""
    return tuple(api for api in KUBEADM_APIS if api.read_by(minor))


def api_named(version: str) -> KubeadmApi | None:
    """The API of this version (``v1beta4``), or None for one that is not known here."""
    return next((api for api in KUBEADM_APIS if api.version == version), None)
