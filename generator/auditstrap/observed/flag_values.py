"""Which values kube-apiserver accepts for an audit flag, by Go's parsers and by its validation.

Sources: ``github.com/spf13/pflag``; ``staging/src/k8s.io/apiserver/pkg/server/options/audit.go``, ``Validate``.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from auditstrap.kubernetes.audit_flags import BY_NAME, AuditFlag
from auditstrap.observed.model import ApiServer, GivenFlag

_INTEGER: Final = re.compile(
    r"[-+]?(?:0[xX]_?[0-9a-fA-F](?:_?[0-9a-fA-F])*|0[bB]_?[01](?:_?[01])*|0[oO]?_?[0-7](?:_?[0-7])*|0|[1-9](?:_?[0-9])*)"
)
_FLOAT: Final = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_DURATION: Final = re.compile(r"[-+]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+)")
_BOOLS: Final = frozenset({"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"})
_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_PATTERNS: Final = {
    "int": (_INTEGER, "a whole number is allowed"),
    "int64": (_INTEGER, "a whole number is allowed"),
    "float32": (_FLOAT, "a number is allowed"),
    "duration": (_DURATION, "a duration such as 30s or 5m is allowed"),
}
_LARGEST: Final = 2**63 - 1
_ONLY_IN_BATCHES: Final = re.compile(r"audit-(?:log|webhook)-batch-(.*)")


def refusal(flag: AuditFlag, value: str, server: ApiServer) -> str | None:
    """What is allowed instead of this value; None where kube-apiserver accepts it."""
    if flag.type == "bool":
        return None if value in _BOOLS else "true or false is allowed"
    if flag.type in _PATTERNS:
        pattern, allowed = _PATTERNS[flag.type]
        if not pattern.fullmatch(value):
            return allowed
        if flag.type.startswith("int") and abs(whole_number(value) or 0) > _LARGEST:
            return "a number of 64 bits is allowed"
    return _invalid(flag, value, server) if _is_validated(flag, server) else None


def whole_number(text: str | None) -> int | None:
    """A number as Go parses it with base 0, where 010 is 8; None where it is none."""
    if text is None or not _INTEGER.fullmatch(text):
        return None
    digits = text.replace("_", "").lower()
    sign = -1 if digits.startswith("-") else 1
    digits = digits.lstrip("+-")
    base = {"0x": 16, "0b": 2, "0o": 8}.get(digits[:2])
    if base:
        return sign * int(digits[2:], base)
    return sign * int(digits, 8 if len(digits) > 1 and digits.startswith("0") else 10)


def _is_validated(flag: AuditFlag, server: ApiServer) -> bool:
    """Options are validated where their backend is on; those of batches in batch mode only."""
    on = {"log": server.has_log(), "webhook": server.has_webhook(), None: False}[flag.backend]
    option = _ONLY_IN_BATCHES.fullmatch(flag.name)
    if not on or option is None:
        return on
    if option[1] in {"throttle-qps", "throttle-burst"} and not _throttles(server, flag.backend or "log"):
        return False
    return mode(server, flag.backend or "log") == "batch"


def mode(server: ApiServer, backend: str) -> str:
    """The mode of a backend."""
    return server.value(f"audit-{backend}-mode") or ("blocking" if backend == "log" else "batch")


def _throttles(server: ApiServer, backend: str) -> bool:
    value = server.value(f"audit-{backend}-batch-throttle-enable")
    return value in _TRUE if value is not None else backend == "webhook"


def _invalid(flag: AuditFlag, value: str, server: ApiServer) -> str | None:
    if flag.choices and value not in flag.choices:
        return f"{', '.join(flag.choices)} {'is' if len(flag.choices) == 1 else 'are'} allowed"
    number = _number(flag, value)
    del server
    if flag.least is not None and number is not None and number < flag.least:
        return f"{flag.least} or more is allowed"
    positive = flag.name.endswith(("-throttle-qps", "-throttle-burst"))
    return "more than 0 is allowed" if positive and number is not None and number <= 0 else None


def _number(flag: AuditFlag, value: str) -> float | None:
    if flag.type == "float32":
        return float(value)
    return whole_number(value) if flag.type in {"int", "int64"} else None


def size_refusal(server: ApiServer, backend: Literal["log", "webhook"]) -> tuple[GivenFlag, str] | None:
    """The flag, and why, where a batch may be smaller than one event of it."""
    if not (server.has_log() if backend == "log" else server.has_webhook()):
        return None
    names = [f"audit-{backend}-truncate-max-{what}-size" for what in ("batch", "event")]
    flag = next((flag for name in names if (flag := server.flag(name))), None)
    batch, event = (whole_number(_or_default(server, name)) for name in names)
    if flag is None or batch is None or event is None or event < 1 or batch < 1 or batch >= event:
        return None
    return flag, f"{names[0]} is {batch}, less than {names[1]}, {event}; as much or more is allowed"


def _or_default(server: ApiServer, name: str) -> str | None:
    flag = server.flag(name)
    return BY_NAME[name].default(0) if flag is None else flag.value
