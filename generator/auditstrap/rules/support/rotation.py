"""How far the log is kept: what the rules of its three rotation flags share."""

from __future__ import annotations

from typing import Final, NamedTuple

from auditstrap.embedded import Place
from auditstrap.kubernetes.audit_flags import BY_NAME, ROTATION_DEFAULTS_CHANGED
from auditstrap.observed.flag_values import whole_number
from auditstrap.observed.model import ApiServer
from auditstrap.rules.support.rule import Context

_LUMBERJACK_DEFAULT: Final = 100


class Rotation(NamedTuple):
    """The value of a rotation flag that counts, and where it, or else the log, is given."""

    value: int
    given: bool
    place: Place
    minor: int

    @property
    def zero_is_unbounded(self) -> bool:
        """Whether 0 for maxsize means no rotation at all; before that it meant 100 MiB."""
        return self.minor >= ROTATION_DEFAULTS_CHANGED


def rotation(server: ApiServer, context: Context, name: str) -> Rotation | None:
    """The state of one rotation flag; None where there is no log file, or the value is unknown or wrong in itself."""
    path = server.flag("audit-log-path")
    if path is None or not path.value or path.value in {"-", "/dev/stdout"}:
        return None
    flag, minor = server.flag(name), context.minor_of(server.minor)
    if flag is None and (server.means(name) or server.partial):
        return None
    value = whole_number(BY_NAME[name].default(minor) if flag is None else flag.value)
    if value is None or value < 0:
        return None
    return Rotation(value, flag is not None, (flag.value_place if flag else path.place), minor)


def bound(server: ApiServer, context: Context) -> str:
    """The most disk that the log takes, as the end of a sentence."""
    size, backups = (rotation(server, context, f"audit-log-max{what}") for what in ("size", "backup"))
    if size is None or backups is None:
        return ""
    if backups.value == 0 or (size.value == 0 and size.zero_is_unbounded):
        return "; the log grows without a bound"
    each = size.value or _LUMBERJACK_DEFAULT
    return f"; the log takes at most {each} MiB x ({backups.value} + 1) = {each * (backups.value + 1)} MiB"
