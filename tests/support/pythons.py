"""Which versions of Python are installed, to run a thing under each."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path


def pythons(*, since: int) -> list[str]:
    """This Python, and every other one from 3.``since`` that is installed and starts."""
    named = [shutil.which(f"python3.{minor}") for minor in range(since, 20)]
    beside = [str(one) for one in Path(sys.base_prefix).parent.glob("3*/bin/python3")]
    asks = ["-I", "-S", "-c", f"import sys; sys.exit(sys.version_info < (3, {since}))"]
    found = [one for one in {*named, *beside} if one]
    start = [subprocess.run([one, *asks], env={}, capture_output=True, check=False) for one in found]
    return [sys.executable, *(one for one, done in zip(found, start, strict=True) if not done.returncode)]


def version_of(python: str) -> str:
    """Its version, such as 3.12."""
    asks = "import sys; print(*sys.version_info[:2], sep='.')"
    done = subprocess.run([python, "-I", "-S", "-c", asks], capture_output=True, text=True, check=True)
    return done.stdout.strip()
