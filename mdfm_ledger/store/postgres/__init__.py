"""PostgreSQL: what this engine does in a way of its own. Needs the extra ``postgres``."""
