"""Who signs: the key in its file, the journal of what was signed, and where checkpoints are put.

All of it is outside the database and of another person than who posts. Files, clock and git are used here.
"""
