"""Protein structures: read from files, downloaded from databases and aligned with a sequence.

`parse` reads PDB and mmCIF files into the records of `records`, with `atoms` and `ligands`, and
`fetch` downloads one from AlphaFold DB or the PDB. `align` finds the chain that matches a sequence,
residue by residue, and `contacts` the residues that a ligand touches.
"""
