"""User-data that cloud-init does not recognise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Severity
from auditstrap.observed.model import CloudConfig
from auditstrap.rules.support.examples import CLOUD_CONFIG
from auditstrap.rules.support.rule import Context, Rule


def check(config: CloudConfig, context: Context) -> Iterator[Fault]:
    """One fault where the first line does not say what the file is."""
    del context
    if config.header_problem is not None:
        place, message = config.header_problem
        yield Fault(Severity.FATAL, place, message)


RULE: Final = Rule(
    id="cloud-config-header",
    of=CloudConfig,
    severities=(Severity.FATAL,),
    check=check,
    what="The first line of a cloud-config is not exactly #cloud-config, nor another header of cloud-init's.",
    why="cloud-init ignores the whole file, some versions without an error: nothing is written and nothing runs.",
    wrong="# made by hand\n" + CLOUD_CONFIG,
    right=CLOUD_CONFIG,
    sources=("cloudinit/user_data.py", "cloudinit/handlers/__init__.py"),
)
