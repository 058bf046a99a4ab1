"""The file that ``init`` writes loads as it is, and with everything in it uncommented."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from tests.spec.test_fields_reach_the_node import MERGED, POLICY, leaves

from auditstrap import load_spec
from auditstrap.fields import UserFile
from auditstrap.resources import template_root
from auditstrap.spec.model import FlagValues
from auditstrap.spec.schema import DOCUMENT

TEXT = template_root().joinpath("spec", "auditstrap.yaml").read_text(encoding="utf-8")
FILES = {"policy.yaml": POLICY, "kubeadm.yaml": MERGED}

FIELD = re.compile(r"^( *)# ( *(- )?[a-zA-Z]+:( .*)?)$")
"""A commented line that is a field, not a sentence: its name in camelCase and a colon."""


def uncommented(text: str) -> str:
    return "".join(FIELD.sub(r"\1\2", line) + "\n" for line in text.splitlines())


def paths(data: Any, path: str = "") -> set[str]:
    if not isinstance(data, dict) or path == "spec.policy.inline":
        return {path}
    return {found for key, value in data.items() for found in paths(value, f"{path}.{key}" if path else key)}


def everything() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(uncommented(TEXT))
    return data


def test_the_file_loads_as_it_is() -> None:
    (cluster,) = load_spec(TEXT).clusters
    assert cluster.name == "my-cluster"
    assert cluster.setup.flags


def test_every_field_of_the_schema_stands_in_it() -> None:
    data = everything()
    shown = paths({**data, "spec": {key: value for key, value in data["spec"].items() if key != "outputs"}})
    for entry in data["spec"]["outputs"]:
        shown |= {f"spec.outputs.{entry['format']}.{name}" for name in entry if name != "format"}
    assert shown == set(leaves(DOCUMENT))


@pytest.mark.parametrize("source", ["preset", "file", "inline"])
def test_it_loads_with_everything_uncommented(source: str) -> None:
    data = everything()
    for other in {"preset", "file", "inline"} - {source}:
        del data["spec"]["policy"][other]
    for backend in ("log", "webhook"):
        # These are shown with their defaults, under which they have no effect and are refused.
        throttle = data["spec"][backend]["batch"]["throttle"]
        throttle |= {"enable": True, "qps": throttle["qps"] or 1, "burst": throttle["burst"] or 1}
        data["spec"][backend] |= {"mode": "batch"}
        data["spec"][backend]["truncate"]["enabled"] = True
    (cluster,) = load_spec(yaml.safe_dump(data), read_file=lambda name: UserFile(name, FILES[name])).clusters
    assert len(cluster.outputs) == 3


def test_what_stands_behind_a_mark_is_the_default() -> None:
    (plain,) = load_spec(TEXT).clusters
    data = everything()["spec"]
    flags: FlagValues = {flag.name: flag.value for flag in plain.setup.flags}
    assert flags["audit-log-path"] == data["log"]["path"]
    assert flags["audit-policy-file"] == data["node"]["policyPath"]
    assert {"maxAge", "maxBackup", "maxSize"} <= data["log"].keys()
    for name in ("maxAge", "maxBackup", "maxSize"):
        assert flags[f"audit-log-{name.lower()}"] == str(data["log"][name])
    assert plain.setup.directories[0].path == data["node"]["logDirectory"]
    assert [output.format for output in plain.outputs] == [entry["format"] for entry in data["outputs"]]
