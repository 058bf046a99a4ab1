"""A list that replaces another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditstrap.findings import Fault, Related, Severity
from auditstrap.observed.model import CloudConfig
from auditstrap.rules.support.examples import CLOUD_CONFIG
from auditstrap.rules.support.rule import Context, Rule


def check(config: CloudConfig, context: Context) -> Iterator[Fault]:
    """A fault for each top-level key that stands there again."""
    del context
    for name, first, second in config.repeated:
        message = f"this second {name} replaces the first, all of whose entries are lost; one list is allowed"
        yield Fault(Severity.FATAL, second, message, (Related(first, "this one is lost"),))


RULE: Final = Rule(
    id="cloud-config-duplicate-key",
    of=CloudConfig,
    severities=(Severity.FATAL,),
    check=check,
    what="A top-level key of a cloud-config, such as write_files or runcmd, stands there twice.",
    why="The last one wins without a warning, and cloud-init's own schema calls the file valid.",
    wrong=CLOUD_CONFIG + "write_files:\n- path: /etc/motd\n  content: hello\n",
    right=CLOUD_CONFIG,
    sources=("cloudinit/util.py: load_yaml",),
)
