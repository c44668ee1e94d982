"""One revision a version of the schema, each frozen when it is released."""
