"""Real files of other people, beside the checkout; read there, never copied."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest
from _pytest.mark import ParameterSet

CORPUS: Final = Path(__file__).parents[2] / "shared" / "corpus"


def corpus_files(folder: str, pattern: str = "*") -> list[ParameterSet]:
    """The files of one folder as parameters of a test, which is skipped where they are absent outside CI."""
    if CORPUS.is_dir() or os.environ.get("CI"):
        found = sorted((CORPUS / folder).glob(pattern))
        if not found:
            raise FileNotFoundError(f"nothing in {folder} matches {pattern}")
        return [pytest.param(path, id=path.name) for path in found]
    return [pytest.param(None, marks=pytest.mark.skip(reason="the corpus of real files is not beside the checkout"))]
