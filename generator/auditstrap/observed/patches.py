"""Patches that kubeadm applies to the static Pod: JSON patches; a strategic one is a Pod without an image.

Source: ``cmd/kubeadm/app/util/patches``.
"""

from __future__ import annotations

from typing import Final

from auditstrap.embedded import Text
from auditstrap.observed.command_line import Token, flags
from auditstrap.observed.model import ApiServer, Findable
from auditstrap.observed.nodes import items, member, text_of
from auditstrap.source import Node, Sequence

_COMMAND: Final = "/spec/containers/0/command"


def is_json_patch(root: Node | None) -> bool:
    """Whether a document is a JSON patch of a Pod."""
    if not isinstance(root, Sequence) or not root.items:
        return False
    paths = [text_of(member(item, "path")) or "" for item in root.items if text_of(member(item, "op"))]
    return len(paths) == len(root.items) and any(path.startswith("/spec/") for path in paths)


def read(text: Text, root: Node, into: Findable) -> None:
    """Take the flags that a patch adds; everything else stands in the Pod that it patches."""
    added = [
        Token(value, text.at(node))
        for item in items(root)
        if (text_of(member(item, "path")) or "").startswith(_COMMAND)
        and (node := member(item, "value")) is not None
        and (value := text_of(node)) is not None
    ]
    if added:
        into.servers.append(ApiServer(text.at(root), "JSON patch", flags=tuple(flags(added)), partial=True))
