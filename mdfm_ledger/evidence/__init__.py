"""Trees over what is recorded, proofs from them, and signed checkpoints: no files, no database."""
