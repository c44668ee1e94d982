"""The exact bytes of an entry that are stored as the record, and their digest.

The bytes are canonical JSON, the RFC 8785 subset without floats and nulls: keys sorted, no spaces,
UTF-8. The digest is the leaf hash of RFC 6962 (SHA-256 over a zero byte and the leaf), so that a
tree over the entries can be built from what is stored.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Any) -> bytes:
    """The canonical bytes of plain JSON values. All keys are ASCII, so code point order is UTF-16 order."""
    return _ENCODER.encode(value).encode()


def leaf_digest(leaf: bytes) -> bytes:
    """The 32-byte digest of an entry's canonical bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()
