"""What has to be on the disk before we go on: a file, or the folder that has its name."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def synced(path: Path) -> None:
    """Come back once a file, or the names in a folder, are on the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # A few file systems cannot be asked this of a folder: they have no names to lose apart.
        if error.errno != errno.EINVAL or not path.is_dir():
            raise
    finally:
        os.close(handle)
