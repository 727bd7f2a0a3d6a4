"""Encoders: protein sequences and molecules to vectors."""
