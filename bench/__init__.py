"""What is measured, and against what. Each module prints a table, a ratio against a reference, and the conditions."""
