"""Rules that a spec puts around those of a preset, and what the preset promised without them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from auditstrap.fields import Reading
from auditstrap.policy import Policy, Request, load
from auditstrap.source import Span
from auditstrap.spec.model import PolicySource
from auditstrap.spec.policy_text import DEFAULT_PRESET


class _Broken(NamedTuple):
    """A promise, the rule of the whole policy that breaks it, and a request that shows it."""

    promise: str
    rule: int | None
    witness: Request


def warn_of_broken_promises(source: PolicySource, text: str, minor: int, reading: Reading) -> None:
    """Warn at each added rule that breaks a promise of the preset; ``text`` is the whole policy."""
    if source.file is not None or source.inline is not None or not (source.before or source.after):
        return
    from auditstrap.policy.words import asked  # noqa: PLC0415 - few specs add rules

    preset = source.preset or DEFAULT_PRESET
    policy = load(text, kubernetes=f"1.{minor}")
    added = dict(_places(source, len(policy.rules)))
    for broken in _broken(preset, policy, minor):
        if broken.rule in added:
            field, span = added[broken.rule]
            example = f"for example {asked(broken.witness)}"
            reading.warn(field, f'breaks a promise of {preset}, "{broken.promise}": {example}', span)


def _places(source: PolicySource, rules: int) -> Iterator[tuple[int | None, tuple[str, Span]]]:
    """The index in the whole policy of each rule that the spec adds, its field and its place."""
    before = source.before.items if source.before else ()
    after = source.after.items if source.after else ()
    for index, node in enumerate(before):
        yield index, (f"spec.policy.before[{index}]", node.span)
    for index, node in enumerate(after):
        yield rules - len(after) + index, (f"spec.policy.after[{index}]", node.span)


def _broken(preset: str, policy: Policy, minor: int) -> Iterator[_Broken]:
    from auditstrap.policy.claims import violations  # noqa: PLC0415 - few specs add rules
    from auditstrap.policy.promises import KEPT  # noqa: PLC0415

    for promise in KEPT[preset]:
        for rule, witness in violations(policy, promise.claims, minor):
            yield _Broken(promise.text, rule, witness)
