"""A request in the shape of JSON: in witnesses, in tests, in explanations."""

from __future__ import annotations

from dataclasses import asdict

from auditstrap.policy import Request


def request_json(request: Request) -> dict[str, object]:
    """The attributes by their names in camelCase; ``user`` is null where authentication failed."""
    return {_camel(name): list(value) if isinstance(value, tuple) else value for name, value in asdict(request).items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
