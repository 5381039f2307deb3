"""Builders name the case, not the columns: a test shows only what matters to it."""
