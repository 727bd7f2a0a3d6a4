"""Fingerprints of molecules: counts of their circular and torsion fragments.

They depend on the molecule and not on how its SMILES is written. Circular (Morgan) fragments:
Rogers and Hahn 2010, doi:10.1021/ci100050t. Topological torsions: Nilakantan et al. 1987,
doi:10.1021/ci00054a008.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np
import torch
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator
from scipy.sparse import csr_matrix, hstack

MORGAN_RADIUS = 2
"""Radius of the circular fragments, in bonds around each atom."""

MORGAN_BITS = 2048
"""Size of the Morgan fingerprint by which molecules are compared with those of the training."""

MOLECULES_AT_ONCE = 32
"""Molecules that are described together: more would not stay in the processor's cache."""


@dataclass(frozen=True)
class Fingerprints:
    """Fingerprints of molecules, as the model reads them.

    Attributes
    ----------
    smiles : tuple of str
        Canonical SMILES; empty where the molecule is known not to be in the training data.
    fragments : scipy.sparse.csr_matrix of float32, shape (molecules, 2 * bits)
        ``log(1 + count)`` of the circular fragments, followed by the torsions.
    morgan_bits : scipy.sparse.csr_matrix of float32, shape (molecules, MORGAN_BITS)
        Morgan bits: 1 for each circular fragment that a molecule has.
    """

    smiles: tuple[str, ...]
    fragments: csr_matrix
    morgan_bits: csr_matrix

    @cached_property
    def counts(self) -> np.ndarray:
        """The fragments with the counts of 0: float32, shape (molecules, 2 * bits)."""
        return np.asarray(self.fragments.toarray())

    def take(self, rows: np.ndarray) -> Fingerprints:
        """Select molecules by their places."""
        smiles = tuple(self.smiles[row] for row in rows.tolist()) if self.smiles else ()
        return replace(
            self,
            smiles=smiles,
            fragments=self.fragments[rows],
            morgan_bits=self.morgan_bits[rows],
        )


def fingerprint_smiles(smiles: Sequence[str], bits: int) -> Fingerprints:
    """Compute the fingerprints of molecules given as canonical SMILES.

    Parameters
    ----------
    bits : int
        Size of each of the two count fingerprints, which must divide `MORGAN_BITS`.

    Raises
    ------
    ValueError
        When RDKit cannot read a SMILES, or the size does not divide `MORGAN_BITS`.
    """
    return fingerprint_molecules([read_smiles(text) for text in smiles], bits, smiles)


def fingerprint_molecules(
    molecules: Iterable[Chem.Mol], bits: int, smiles: Sequence[str] = ()
) -> Fingerprints:
    """Compute the fingerprints of molecules; `smiles` is copied into the result.

    They are asked for a few at a time, and not held: read as they are asked for, they are
    described and freed while they are still in the processor's cache.
    """
    if MORGAN_BITS % bits:
        raise ValueError(f"The size of a fingerprint must divide {MORGAN_BITS}, not be {bits}.")
    circular = rdFingerprintGenerator.GetMorganGenerator(MORGAN_RADIUS, fpSize=MORGAN_BITS)
    torsion = rdFingerprintGenerator.GetTopologicalTorsionGenerator(fpSize=bits)
    counted: tuple[list[dict[int, int]], list[dict[int, int]]] = ([], [])
    waiting = iter(molecules)
    while some := list(islice(waiting, MOLECULES_AT_ONCE)):
        for generator, rows in zip((circular, torsion), counted, strict=True):
            rows.extend(_count(generator, some))
    morgan_bits = stack_counts(counted[0], MORGAN_BITS)
    both = (fold(morgan_bits, bits), stack_counts(counted[1], bits))
    fragments = csr_matrix(hstack(both, format="csr"))
    fragments.data = np.log1p(fragments.data)
    morgan_bits.data[:] = 1.0
    return Fingerprints(tuple(smiles), fragments, morgan_bits)


def fold(counts: csr_matrix, bits: int) -> csr_matrix:
    """Fold hashed fingerprints to a size that divides theirs, as if they were hashed to it."""
    shape = (counts.shape[0], bits)
    folded = csr_matrix(
        (counts.data.copy(), counts.indices % bits, counts.indptr.copy()), shape=shape
    )
    folded.sum_duplicates()
    return folded


def read_smiles(text: str) -> Chem.Mol:
    """Read a SMILES that was checked before; text from users needs `dta_demo.inputs`.

    Raises
    ------
    ValueError
        When RDKit cannot read it.
    """
    molecule = Chem.MolFromSmiles(text)
    if molecule is None:
        raise ValueError(f"RDKit cannot read the SMILES {text[:40]!r}.")
    return molecule


def _count(
    generator: rdFingerprintGenerator.FingerprintGenerator64, molecules: list[Chem.Mol]
) -> list[dict[int, int]]:
    """Count hashed fragments, by the column of each."""
    threads = min(len(molecules), torch.get_num_threads())
    found = generator.GetCountFingerprints(molecules, numThreads=threads)
    return [each.GetNonzeroElements() for each in found]


def stack_counts(rows: Iterable[dict[int, int]], size: int) -> csr_matrix:
    """Sparse matrix from the columns and values of each row: float32, shape (rows, size)."""
    columns: list[int] = []
    values: list[int] = []
    ends = [0]
    for row in rows:
        columns.extend(row.keys())
        values.extend(row.values())
        ends.append(len(columns))
    data = (np.array(values, dtype=np.float32), np.array(columns, dtype=np.int32), np.array(ends))
    return csr_matrix(data, shape=(len(ends) - 1, size))
