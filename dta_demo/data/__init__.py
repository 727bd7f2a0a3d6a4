"""Affinity datasets: reading them, the mutations in target names, and which pairs overlap."""
