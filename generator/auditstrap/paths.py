"""Paths on a control-plane node: what may be one."""

from __future__ import annotations

import posixpath
import re
from typing import Final

ALLOWED_CHARACTERS: Final = r"A-Za-z0-9._@+=,/-"
"""No spaces, quotes, colons or ``%``: a path travels through shell, tmpfiles.d and mount options as it is."""

PATH_PATTERN: Final = rf"^/[{ALLOWED_CHARACTERS}]+$"

_FOREIGN: Final = re.compile(rf"[^{ALLOWED_CHARACTERS}]")
_VOLATILE: Final = ("/run", "/tmp", "/var/run", "/dev", "/proc", "/sys")  # noqa: S108 - refused, never used
_SYSTEM: Final = ("/bin", "/boot", "/lib", "/lib64", "/sbin", "/usr")
_READ_BY_OTHERS: Final = {
    "/etc/kubernetes/manifests": "the kubelet takes every file for a static Pod",
    "/etc/tmpfiles.d": "systemd-tmpfiles takes every file for its own",
}
_MOUNTED_BY_KUBEADM: Final = frozenset(
    {
        "/etc/kubernetes/pki",
        "/etc/ssl/certs",
        "/etc/ca-certificates",
        "/etc/pki",
        "/etc/pki/ca-trust",
        "/etc/pki/tls/certs",
        "/usr/share/ca-certificates",
        "/usr/local/share/ca-certificates",
    }
)


def is_under(path: str, folder: str) -> bool:
    """Whether a normal absolute path is the folder or lies in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def path_problem(path: str) -> str | None:
    """What is wrong with a path of a file or folder that auditing puts on a node; None where nothing is."""
    return _form_problem(path) or _place_problem(path)


def certificate_problem(path: str) -> str | None:
    """What is wrong with the path of a certificate or key that somebody else puts on the node."""
    return _form_problem(path)


def mounted_by_kubeadm(path: str) -> bool:
    """Whether kubeadm's own volumes always bring this path into the kube-apiserver Pod."""
    return is_under(path, "/etc/kubernetes/pki")


def _form_problem(path: str) -> str | None:
    shown = ascii(path)
    if foreign := _FOREIGN.search(path):
        return f"the path {shown} has the character {foreign[0]!a}; letters, digits and . _ - + = @ , / are allowed"
    if not path.startswith("/"):
        return f"the path {shown} is relative; an absolute path is allowed"
    if ".." in path.split("/"):
        return f"the path {shown} goes up by ..; a path without .. is allowed"
    normal = "/" + posixpath.normpath(path).lstrip("/")  # normpath keeps two slashes at the beginning
    if normal == "/":
        return f"the path {shown} is the host itself; a path below it is allowed"
    if normal != path:
        return f"the path {shown} is not in its normal form; {normal} is"
    return None


def _place_problem(path: str) -> str | None:
    if path.count("/") == 1:
        return f"{path} stands at the root of the host; a path at least one folder deep is allowed"
    if reader := next((does for folder, does in _READ_BY_OTHERS.items() if is_under(path, folder)), None):
        return f"{path} is where {reader}; any other folder is allowed"
    if path in _MOUNTED_BY_KUBEADM:
        return f"{path} is mounted into kube-apiserver by kubeadm itself; a folder or file of its own is allowed"
    if any(is_under(path, folder) for folder in _VOLATILE):
        return f"{path} does not outlive a reboot; a folder that stays, under /etc or /var for example, is allowed"
    if any(is_under(path, folder) for folder in _SYSTEM):
        return f"{path} belongs to the operating system; a folder under /etc or /var, for example, is allowed"
    return None
