"""Protein structures: read from files, fetched from databases, aligned to a sequence."""
