"""Datasets of measured affinities, checked while they are read.

`affinities` offers `load_affinities`, which reads a folder in the layout of `tidy` or of `deepdta`,
with the checks of `files` and the restricted unpickler of `safe_pickle`. `fetch` downloads the
published Davis and KIBA data.
"""
