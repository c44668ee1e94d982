"""From an entry to the bytes that are hashed and stored, back again, and to what of it is shown to whom."""
