"""Molecules that are one substance by their structures, however they are drawn.

Molecules are compared without stereochemistry; salts and charges were taken off while they were
read. Two are the same substance where

- they are tautomers of one another by RDKit's hash, which lets the hydrogens of heteroatoms move;
- RDKit's `TautomerEnumerator` gives them one form, which finds more (nitroso and oxime, imine and
  enamine) and takes 50 ms a molecule, so that only alike molecules of two datasets are asked; or
- their counted circular fragments and torsions are equal, so that no model that reads these can
  tell one from the other.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from rdkit import Chem, DataStructs
from rdkit.Chem import rdFingerprintGenerator, rdMolDescriptors, rdMolHash
from rdkit.Chem.MolStandardize import rdMolStandardize

from dta_demo.inputs.rdkit_log import quiet_rdkit
from dta_demo.molecules.fingerprints import MORGAN_BITS, MORGAN_RADIUS, read_smiles

LARGE = 10_000
"""Molecules of a dataset above which they are not compared with one another."""

ALIKE = 0.5
"""Tanimoto similarity of circular fragments from which tautomers are enumerated. Of the pairs that
were found in Davis, KIBA and BindingDB the least alike has 0.57."""

MOST_TAUTOMERS = 200
"""Tautomers, and steps towards them, after which the enumeration of one molecule ends."""

_BRACKETED = re.compile(r"\[[^]]*\]")
_ELEMENT = re.compile(r"Cl|Br|Si|[Ss]e|[BCNOPSFI]|[bcnops]")
_RING_CLOSURE = re.compile(r"%\d\d|\d")


def drop_stereo(smiles: str) -> str:
    """SMILES of a molecule without stereochemistry."""
    if not re.search(r"[@/\\]", smiles):
        return smiles  # A canonical SMILES without marks is that already.
    return str(Chem.MolToSmiles(read_smiles(smiles), isomericSmiles=False))


def count_atoms(smiles: str) -> tuple[Any, ...]:
    """Count the heavy atoms and rings of a SMILES, which all tautomers have in common.

    It is read off the text, a hundred times faster than RDKit reads the molecule.
    """
    elements = Counter(symbol.capitalize() for symbol in _ELEMENT.findall(smiles))
    rings = len(_RING_CLOSURE.findall(_BRACKETED.sub("", smiles)))
    return (rings, *sorted(elements.items()))


def find_same_structures(datasets: Sequence[Collection[str]]) -> Iterator[tuple[str, str]]:
    """Yield pairs of molecules that are one substance, some more than once.

    Parameters
    ----------
    datasets : sequence of collections of str
        Canonical SMILES of the molecules of each dataset. The molecules of one that has more than
        `LARGE` are compared with those of the smaller ones only.
    """
    flat = {smiles: drop_stereo(smiles) for smiles in _distinct(datasets)}
    for same in _group(flat.items()):
        yield from _pair_with_first(same)
    small = [{flat[smiles] for smiles in dataset} for dataset in datasets if len(dataset) <= LARGE]
    drawn: dict[str, str] = {}
    for smiles, skeleton in flat.items():
        drawn.setdefault(skeleton, smiles)
    molecules = _read_candidates(drawn, small)
    with quiet_rdkit():
        for key in (_tautomer_hash, _count_fragments):
            for same in _group((smiles, key(molecule)) for smiles, molecule in molecules.items()):
                yield from _pair_with_first([drawn[skeleton] for skeleton in same])
        for one, other in _enumerate_tautomers(molecules, small):
            yield drawn[one], drawn[other]


def _distinct(datasets: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(smiles for dataset in datasets for smiles in dataset))


def _group(items: Iterable[tuple[str, Any]]) -> list[list[str]]:
    """Names that share a key, where two or more do."""
    names: defaultdict[Any, list[str]] = defaultdict(list)
    for name, key in items:
        names[key].append(name)
    return [group for group in names.values() if len(group) > 1]


def _pair_with_first(same: Sequence[str]) -> Iterator[tuple[str, str]]:
    for other in same[1:]:
        yield same[0], other


def _read_candidates(
    skeletons: Iterable[str], small: Sequence[Collection[str]]
) -> dict[str, Chem.Mol]:
    """Read the molecules with as many atoms and rings as another, of a small dataset."""
    in_small = set().union(*small)
    groups = _group((skeleton, count_atoms(skeleton)) for skeleton in skeletons)
    return {
        skeleton: read_smiles(skeleton)
        for group in groups
        if not in_small.isdisjoint(group)
        for skeleton in group
    }


def _tautomer_hash(molecule: Chem.Mol) -> str:
    return str(rdMolHash.MolHash(molecule, rdMolHash.HashFunction.HetAtomTautomer))


def _count_fragments(molecule: Chem.Mol) -> tuple[frozenset[tuple[int, int]], ...]:
    return tuple(
        frozenset(generator.GetSparseCountFingerprint(molecule).GetNonzeroElements().items())
        for generator in (
            rdFingerprintGenerator.GetMorganGenerator(MORGAN_RADIUS),
            rdFingerprintGenerator.GetTopologicalTorsionGenerator(),
        )
    )


def _enumerate_tautomers(
    molecules: Mapping[str, Chem.Mol], small: Sequence[Collection[str]]
) -> Iterator[tuple[str, str]]:
    """Yield alike molecules of two small datasets whose canonical tautomer is one."""
    enumerator = rdMolStandardize.TautomerEnumerator()
    enumerator.SetMaxTautomers(MOST_TAUTOMERS)
    enumerator.SetMaxTransforms(MOST_TAUTOMERS)
    canonical: dict[str, str] = {}
    for pair in _pair_alike(molecules, small):
        for skeleton in pair:
            if skeleton not in canonical:
                tautomer = enumerator.Canonicalize(molecules[skeleton])
                canonical[skeleton] = Chem.MolToSmiles(tautomer, isomericSmiles=False)
        if canonical[pair[0]] == canonical[pair[1]]:
            yield pair


def _pair_alike(
    molecules: Mapping[str, Chem.Mol], small: Sequence[Collection[str]]
) -> Iterator[tuple[str, str]]:
    """Yield alike molecules of equal formula that stand in two small datasets."""
    standing: defaultdict[str, set[int]] = defaultdict(set)
    for number, dataset in enumerate(small):
        for skeleton in dataset:
            standing[skeleton].add(number)
    generator = rdFingerprintGenerator.GetMorganGenerator(MORGAN_RADIUS, fpSize=MORGAN_BITS)
    candidates = [skeleton for skeleton in molecules if skeleton in standing]
    bits = {skeleton: generator.GetFingerprint(molecules[skeleton]) for skeleton in candidates}
    formulae = ((each, rdMolDescriptors.CalcMolFormula(molecules[each])) for each in candidates)
    for group in _group(formulae):
        for one, other in combinations(group, 2):
            apart = len(standing[one] | standing[other]) > 1
            if apart and DataStructs.TanimotoSimilarity(bits[one], bits[other]) >= ALIKE:
                yield one, other
