"""The blocks of a donor statement: the value of a row, how it is found, and the rows as a table."""
