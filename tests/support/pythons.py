"""Which versions of Python are installed, to run a thing under each."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

OLDEST_OF_THE_VERIFIER, OLDEST = 9, 11
VERSIONS = range(OLDEST_OF_THE_VERIFIER, max(13, sys.version_info.minor) + 1)
"""3.9 and later: minor numbers of the versions that are looked for."""


def _places(minor: int) -> Iterator[Path]:
    """Where a Python 3.``minor`` may be: this one, one on the path, or beside others that somebody built."""
    if minor == sys.version_info.minor:
        yield Path(sys.executable)
    named = shutil.which(f"python3.{minor}")
    if named:
        yield Path(named)
    built = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for folder in (Path(sys.base_prefix).parent, built, Path.home() / ".local" / "share" / "uv" / "python"):
        yield from folder.glob(f"*3.{minor}[.-]*/bin/python3")


@cache
def python_found(minor: int) -> str | None:
    """A Python 3.``minor`` that is installed and starts."""
    asks = ["-I", "-S", "-c", f"import sys; sys.exit(sys.version_info[:2] != (3, {minor}))"]
    for one in _places(minor):
        if not subprocess.run([one, *asks], env={}, capture_output=True, check=False).returncode:
            return str(one)
    return None


def python_of(minor: int) -> str:
    """A Python 3.``minor``; where none is installed, the test is skipped and says so."""
    found = python_found(minor)
    if found is None:
        pytest.skip(f"no Python 3.{minor} is installed and starts")
    return found
