"""Real files: none breaks the check, and none takes long."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from tests.corpus import CORPUS

from auditstrap.checking import check

FOLDERS = ("capi", "cloudinit", "kind", "kubeadm", "manifests", "policies", "events", "discovery", "apiserver-cases")
MOST_SECONDS = 5.0


@pytest.mark.skipif(not CORPUS.is_dir() and not os.environ.get("CI"), reason="the corpus of real files is absent")
@pytest.mark.parametrize("folder", FOLDERS)
def test_no_real_file_breaks_the_check(folder: str) -> None:
    for path in sorted(Path(CORPUS / folder).rglob("*")):
        if path.is_file():
            start = time.process_time()
            report = check([(path.name, path.read_bytes().decode("utf-8", "replace"))])
            assert not report.defects, path.name
            assert time.process_time() - start < MOST_SECONDS, path.name
