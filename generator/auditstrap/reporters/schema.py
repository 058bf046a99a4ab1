"""The JSON Schema of the JSON report."""

from __future__ import annotations

from typing import Any, Final

from auditstrap.findings import Severity
from auditstrap.reporters.json_report import VERSION

_SEVERITIES: Final = [str(severity) for severity in Severity]


def json_schema() -> dict[str, Any]:
    """A schema that allows no other keys."""
    position = _object({"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}})
    place = {"path": {"type": "string"}, "start": position, "end": position}
    text = {"type": "string"}
    edit = _object({**place, "text": text})
    fix = _object({"safe": {"type": "boolean"}, "description": text, "edits": {"type": "array", "items": edit}})
    finding = _object(
        {
            "rule": text,
            "severity": {"enum": _SEVERITIES},
            "message": text,
            **place,
            "related": {"type": "array", "items": _object({"message": text, **place})},
            "controls": {"type": "array", "items": text},
            "witness": {"type": ["object", "null"]},
            "fix": {"anyOf": [fix, {"type": "null"}]},
        }
    )
    counts = _object({severity: {"type": "integer", "minimum": 0} for severity in _SEVERITIES})
    report = _object(
        {
            "version": {"const": VERSION},
            "examined": {"type": "array", "items": _object({"path": text, "kind": text})},
            "skipped": {"type": "array", "items": _object({"path": text, "reason": text})},
            "findings": {"type": "array", "items": finding},
            "summary": counts,
            "notes": {"type": "array", "items": text},
        }
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "auditstrap check", **report}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }
