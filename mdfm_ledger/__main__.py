"""``python -m mdfm_ledger``: the command line."""

from __future__ import annotations

import sys

try:
    from mdfm_ledger.cli import main
except ModuleNotFoundError as error:
    sys.exit(
        f"{error.name} is missing: the command line needs the extra 'cli': pip install 'mdfm-ledger[cli]'"
    )

main()
