"""The carriers, one module each: ``render`` writes a setup as one, ``read`` takes it back out."""

from __future__ import annotations

from typing import Any, Final, Protocol

from auditstrap.fields import Object
from auditstrap.formats import cloud_init, kubeadm, policy
from auditstrap.setup import Artifact, AuditSetup, Observed


class Format(Protocol):
    """What a module of this package has.

    ``NAME`` is the format's in a spec, ``OPTIONS`` its fields there, ``TRANSPORTS`` the parts of a setup that it
    carries: ``read`` of what ``render`` wrote knows exactly these, with the setup's values.
    """

    @property
    def NAME(self) -> str: ...  # noqa: D102, N802
    @property
    def OPTIONS(self) -> Object: ...  # noqa: D102, N802
    @property
    def TRANSPORTS(self) -> frozenset[str]: ...  # noqa: D102, N802

    def render(self, setup: AuditSetup, options: Any, notes: tuple[str, ...] = ()) -> tuple[Artifact, ...]:  # noqa: ANN401
        """The artifacts of a setup; ``notes`` are sentences for the comment at their top."""

    def read(self, text: str) -> Observed:
        """What a file of this format says; raises SourceError where it is not YAML."""


FORMATS: Final[tuple[Format, ...]] = (policy, kubeadm, cloud_init)
BY_NAME: Final = {known.NAME: known for known in FORMATS}
