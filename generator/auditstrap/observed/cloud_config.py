"""cloud-init user-data.

Sources: ``cloudinit/config/cc_write_files.py``, ``cc_runcmd.py``, ``cloudinit/user_data.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.embedded import Place, Text
from auditstrap.observed.contents import CLOUD_INIT_ENCODINGS, delivered, is_mapping_with
from auditstrap.observed.model import CloudConfig, Command, Delivery, Findable
from auditstrap.observed.nodes import items, key_of, member, place_of, text_of
from auditstrap.source import Mapping, Node, Position, Scalar, Sequence, Span

HEADER: Final = "#cloud-config"
_JINJA: Final = "## template: jinja"
_OTHER_HEADERS: Final = (
    "#cloud-config-archive",
    "#cloud-boothook",
    "#include",
    "Content-Type:",
    "MIME-Version:",
    "From ",
)
_LISTS: Final = ("write_files", "runcmd", "bootcmd")
CARRIER: Final = "cloud-config"


def is_cloud_config(content: str, root: Node | None) -> bool:
    """Whether a text is cloud-config: by its header, or by keys that nothing else has."""
    if has_header(content):
        return True
    listed = member(root, "write_files")
    return any(is_mapping_with(item, "path") for item in items(listed))


def has_header(content: str) -> bool:
    """Whether the text begins as user-data of this kind."""
    lines = content.lstrip("\ufeff").split("\n", 2)
    first = lines[0].strip()
    return first == HEADER or (first == _JINJA and len(lines) > 1 and lines[1].strip() == HEADER)


def read(text: Text, root: Node | None, into: Findable) -> Delivery:
    """Take what is written and run; the files' own contents are read by who called."""
    header = _header_problem(text) if text.block is None and text.whole is None else None
    into.cloud_configs.append(CloudConfig(text, tuple(_repeated(text, root)), header))
    files = (delivered(text, item, CLOUD_INIT_ENCODINGS) for item in items(member(root, "write_files")))
    delivery = Delivery(
        carrier=CARRIER,
        place=place_of(text, key_of(root, "write_files"), key_of(root, "runcmd")),
        files=tuple(file for file in files if file is not None),
        commands=tuple(_commands(text, root)),
        templated="cloud-init" if text.content.lstrip("\ufeff").startswith(_JINJA) else None,
        users=tuple(_users(root)),
    )
    into.deliveries.append(delivery)
    return delivery


def _commands(text: Text, root: Node | None) -> Iterator[Command]:
    for key, early in (("bootcmd", True), ("runcmd", False)):
        for item in items(member(root, key)):
            words = (
                [text_of(word) or "" for word in items(item)] if isinstance(item, Sequence) else [text_of(item) or ""]
            )
            yield Command(" ".join(words), text.at(item), early)


def _users(root: Node | None) -> Iterator[str]:
    for item in items(member(root, "users")):
        if name := text_of(member(item, "name")) or text_of(item):
            yield name


def _repeated(text: Text, root: Node | None) -> Iterator[tuple[str, Place, Place]]:
    first: dict[str, Node] = {}
    for key, _ in root.entries if isinstance(root, Mapping) else ():
        if isinstance(key, Scalar) and key.text in first:
            yield key.text, text.at(first[key.text]), text.at(key)
        elif isinstance(key, Scalar):
            first[key.text] = key


def _header_problem(text: Text) -> tuple[Place, str] | None:
    content = text.content
    first = content.split("\n", 1)[0].rstrip("\r")
    start, end = Position(1, 1), Position(1, len(first) + 1)
    place = text.place(Span(start, end))
    if content.startswith("\ufeff"):
        return place, "the file begins with a byte order mark, and cloud-init does not recognise the header behind it"
    if first in {HEADER, _JINJA} or first.startswith(_OTHER_HEADERS):
        return None
    if first.rstrip() == HEADER:
        return None
    return place, f"the first line is not exactly {HEADER}, and cloud-init ignores the whole file"
