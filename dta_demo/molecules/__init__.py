"""Molecules by themselves: fingerprints, similarity, 3D shapes and drawings.

`fingerprints` counts the fragments that the model reads, and `tanimoto` compares molecules by
them. `conformers` computes one 3D shape, and `drawing` a picture as SVG.
"""
