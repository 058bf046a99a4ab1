"""The promises of a preset with their proofs, as ``preset show --promises`` prints them."""

from __future__ import annotations

from dataclasses import dataclass

from auditstrap.cli.console import Console
from auditstrap.policy import load, presets
from auditstrap.policy.claims import Verdict, judge
from auditstrap.policy.promises import BROKEN, KEPT, Promise
from auditstrap.policy.request_json import request_json
from auditstrap.policy.words import asked

_PROOFS = {
    "always": "proved for every request",
    "identities": "proved for every request by identities as Kubernetes issues them",
    "convention": "proved for every request by identities that are named as Kubernetes names them",
}


@dataclass(frozen=True, slots=True)
class Proved:
    """A promise and the verdicts on its claims."""

    promise: Promise
    verdicts: tuple[Verdict, ...]

    @property
    def against(self) -> Verdict | None:
        """The verdict that refutes it, or leaves it open."""
        return next((verdict for verdict in self.verdicts if not verdict.holds), None)

    @property
    def proof(self) -> str | None:
        """The weakest proof of its claims, None where one has none."""
        if self.against:
            return None
        return max((str(verdict.proof) for verdict in self.verdicts), key=list(_PROOFS).index)

    def as_json(self) -> dict[str, object]:
        """``kept`` null is undecided."""
        against = self.against
        witness = against.witness if against else None
        return {
            "promise": self.promise.text,
            "kept": against is None or against.holds,
            "proof": self.proof,
            "rule": against.rule if against else None,
            "witness": request_json(witness) if witness else None,
        }


def proved(preset: presets.Preset, minor: int) -> list[Proved]:
    """The promises that a preset makes, and those of the default one that it does not."""
    policy = load(presets.text(preset), kubernetes=f"1.{minor}")
    name = str(preset)
    return [Proved(promise, judge(policy, promise.claims, minor)) for promise in (*KEPT[name], *BROKEN[name])]


def say(console: Console, found: list[Proved], minor: int) -> None:
    """One block a promise."""
    for entry in found:
        mark = "kept" if entry.against is None else "broken" if entry.against.holds is False else "open"
        console.say(f"{mark:<7} {entry.promise.text}")
        console.say(f"{'':<7} {_evidence(entry)}, on Kubernetes 1.{minor}")


def _evidence(entry: Proved) -> str:
    against = entry.against
    if against is None:
        return _PROOFS[str(entry.proof)]
    if against.witness is None:
        return "undecided within the budget of steps"
    by = "by no rule" if against.rule is None else f"by rule {against.rule}"
    return f"{by}: {asked(against.witness)}"
