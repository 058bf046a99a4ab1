"""What single values of a spec may be: each function returns a sentence about what is wrong, or None."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from auditstrap.kubernetes.versions import parse_version
from auditstrap.paths import path_problem
from auditstrap.problems import quoted

NAME_PATTERN: Final = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
VERSION_PATTERN: Final = r"^v?1\.[0-9]+(\.[0-9]+)?$"
DURATION_PATTERN: Final = r"^(0|([0-9]+(\.[0-9]*)?(ns|us|ms|s|m|h))+)$"
OWNER_PATTERN: Final = r"^[a-z_][a-z0-9_-]*:[a-z_][a-z0-9_-]*$"
MODE_PATTERN: Final = r"^0?[0-7]{3}$"
SERVER_PATTERN: Final = "^https://"

_LONGEST_NAME: Final = 253
_HOURS: Final = {"ns": 1 / 3.6e12, "us": 1 / 3.6e9, "ms": 1 / 3.6e6, "s": 1 / 3600, "m": 1 / 60, "h": 1.0}
_LONGEST_HOURS: Final = 2_562_047
"""What 63 bits of nanoseconds hold; Go refuses more."""
_WRITABLE_BY_OTHERS: Final = 0o022
_USED_BY_OWNER: Final = 0o700


def name_problem(text: str) -> str | None:
    """A cluster's name becomes a folder: a DNS-1123 subdomain, as metadata.name is in Kubernetes."""
    if re.fullmatch(NAME_PATTERN, text) and len(text) <= _LONGEST_NAME:
        return None
    return f"{quoted(text)} is not a name; lower-case letters, digits, - and . are allowed, at most {_LONGEST_NAME}"


def version_problem(text: str) -> str | None:
    """A Kubernetes version of a known minor."""
    try:
        parse_version(text)
    except ValueError as error:
        return str(error)
    return None


def duration_problem(text: str) -> str | None:
    """A duration as Go writes it."""
    if not re.fullmatch(DURATION_PATTERN, text):
        return f'{quoted(text)} is not a duration; numbers with ms, s, m or h are allowed, as in "30s" or "1m30s"'
    parts = re.findall(r"([0-9]+(?:\.[0-9]*)?)([a-z]+)", text)
    if sum(float(number) * _HOURS[unit] for number, unit in parts) > _LONGEST_HOURS:
        return f"{quoted(text)} is too long; up to {_LONGEST_HOURS}h is allowed"
    return None


def mode_problem(text: str) -> str | None:
    """The mode of a directory: octal, usable by its owner, writable by nobody else."""
    if not re.fullmatch(MODE_PATTERN, text):
        return f'{quoted(text)} is not a mode; an octal number such as "0700" is allowed'
    mode = int(text, 8)
    if mode & _WRITABLE_BY_OTHERS:
        return f'{quoted(text)} lets others change the audit log; a mode such as "0700" or "0750" is allowed'
    if mode & _USED_BY_OWNER != _USED_BY_OWNER:
        return f"{quoted(text)} keeps the owner out; a mode that begins with 07 is allowed"
    return None


def owner_problem(text: str) -> str | None:
    """``user:group`` by names."""
    if re.fullmatch(OWNER_PATTERN, text):
        return None
    return f'{quoted(text)} is not an owner; user:group is allowed, as in "root:adm"'


def log_path_problem(text: str) -> str | None:
    """A path on the node, or ``-`` for the container's standard output."""
    return None if text == "-" else path_problem(text)


def server_problem(text: str) -> str | None:
    """The URL of a webhook: https, a host, nothing that does not belong in a kubeconfig."""
    if not text.isascii() or not text.isprintable() or " " in text:
        return f"{quoted(text)} has a character that no URL has"
    try:
        url = urlsplit(text)
        port = url.port
    except ValueError as error:
        return f"{quoted(text)} is not a URL: {error}"
    if url.scheme == "http":
        return f"{quoted(text)} would send audit events unencrypted; https:// is allowed"
    if url.scheme != "https" or not url.hostname or port == 0:
        return f'{quoted(text)} is not the URL of a server; one such as "https://audit.example.com/events" is allowed'
    if url.username is not None or url.fragment:
        return f"{quoted(text)} has a user name or a fragment; only host, port, path and query are allowed"
    return None
