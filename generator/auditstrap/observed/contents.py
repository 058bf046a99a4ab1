"""The files that cloud-init and Cluster API write: their contents decoded, their modes read.

Sources: ``cloudinit/config/cc_write_files.py``; ``bootstrap/kubeadm/internal/cloudinit/writefiles.go`` of Cluster API.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Final, NamedTuple

from auditstrap.embedded import Place, Text
from auditstrap.observed.model import DeliveredFile
from auditstrap.observed.nodes import boolean, member, place_of, text_of
from auditstrap.problems import described, quoted, unknown
from auditstrap.source import Mapping, Node, Scalar

LARGEST_CONTENT: Final = 16 * 2**20
CLOUD_INIT_ENCODINGS: Final = (
    "gz", "gzip", "gz+base64", "gzip+base64", "gz+b64", "gzip+b64", "b64", "base64", "text/plain",
)  # fmt: skip
CLUSTER_API_ENCODINGS: Final = ("base64", "gzip", "gzip+base64")


class Decoded(NamedTuple):
    """The content of an entry, or what is wrong with it; both None where it is only referred to."""

    text: Text | None
    problem: tuple[Place, str] | None


def delivered(text: Text, item: Node, encodings: tuple[str, ...]) -> DeliveredFile | None:
    """One entry of ``write_files`` or ``files``; None without a path."""
    path = text_of(member(item, "path"))
    if path is None:
        return None
    content, encoding = member(item, "content"), member(item, "encoding")
    decoded = _decode(text, content, encoding, encodings)
    append, mode, owner = member(item, "append"), member(item, "permissions"), member(item, "owner")
    secret = member(item, "contentFrom", "secret", "name")
    encoded = bool(_steps(encoding) & {"b64", "base64", "gz", "gzip"})
    return DeliveredFile(
        path=path,
        place=text.at(item),
        path_place=place_of(text, member(item, "path")),
        text=decoded.text,
        mode=_mode(mode),
        mode_place=text.at(mode) if mode is not None else None,
        mode_is_number=isinstance(mode, Scalar) and isinstance(mode.value, int),
        mode_is_decimal=isinstance(mode, Scalar) and isinstance(mode.value, int) and not mode.text.startswith("0"),
        owner=text_of(owner),
        owner_place=text.at(owner) if owner is not None else None,
        append=text.at(append) if append is not None and boolean(append, absent=False) else None,
        deferred=bool(boolean(member(item, "defer"), absent=False)),
        problem=decoded.problem,
        content_place=text.at(content) if content is not None else None,
        content_length=len(content.text) if isinstance(content, Scalar) else None,
        encoded=encoded,
        plain=None if encoded else text_of(content),
        secret=(text_of(secret) or "", text.at(secret)) if secret is not None else None,
    )


def _steps(encoding: Node | None) -> frozenset[str]:
    return frozenset((text_of(encoding) or "").strip().lower().split("+"))


def _decode(text: Text, content: Node | None, encoding: Node | None, encodings: tuple[str, ...]) -> Decoded:
    if content is None or (isinstance(content, Scalar) and content.value is None):
        return Decoded(None, None)
    if not isinstance(content, Scalar) or not isinstance(content.value, str):
        return Decoded(None, (text.at(content), f"the content is {described(content)}; a string is allowed"))
    named = (text_of(encoding) or "").strip().lower()
    if encoding is not None and named and named not in encodings:
        return Decoded(None, (text.at(encoding), unknown("encoding", named, encodings)))
    steps = _steps(encoding)
    if not steps & {"b64", "base64", "gz", "gzip"}:
        return Decoded(text.inside(content), None)
    return _decode_bytes(text, content, steps)


def _decode_bytes(text: Text, content: Scalar, steps: frozenset[str]) -> Decoded:
    place = text.at(content)
    data = content.value.encode("utf-8", "replace") if isinstance(content.value, str) else b""
    if steps & {"b64", "base64"}:
        try:
            data = base64.b64decode(b"".join(data.split()), validate=True)
        except (binascii.Error, ValueError):
            return Decoded(None, (place, "the content is not base64, as its encoding says"))
    if steps & {"gz", "gzip"}:
        try:
            data = _gunzip(data)
        except (zlib.error, EOFError) as error:
            return Decoded(None, (place, f"the content is not gzip, as its encoding says: {error}"))
    try:
        return Decoded(text.inside(content, data.decode("utf-8-sig")), None)
    except UnicodeDecodeError:
        return Decoded(None, None)


def _gunzip(data: bytes) -> bytes:
    """Bounded: a bomb is cut off, and cut-off text is not judged."""
    decompress = zlib.decompressobj(wbits=31)
    plain = decompress.decompress(data, LARGEST_CONTENT)
    if not decompress.eof:
        raise EOFError("it ends too early" if not decompress.unconsumed_tail else "it is too large")
    return plain


def _mode(node: Node | None) -> int | None:
    """The mode as cloud-init takes it: a string in octal, a number as it is."""
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        return int(value, 8) if isinstance(value, str) else None
    except ValueError:
        return None


def is_mapping_with(node: Node | None, *keys: str) -> bool:
    """Whether a node is a mapping that has one of these keys."""
    return isinstance(node, Mapping) and any(node.get(key) is not None for key in keys)


def shown(path: str) -> str:
    """A path in a message."""
    return path if path.isprintable() and " " not in path else quoted(path)
