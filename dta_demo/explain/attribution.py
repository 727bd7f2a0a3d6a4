"""Attribution of a prediction to residues and atoms.

Four predictions frame the explanation: with the protein as it is or with every residue hidden,
and with the molecule as it is or with no atom left. What lies between the pair and the last of
them, the baseline, is shared between protein and molecule by averaging over the two orders in
which they can be taken away (Shapley 1953), and then

- among residues by integrated gradients (Sundararajan et al. 2017, arXiv:1703.01365): the
  gradient is followed on the straight way from hidden residues to the protein as it is;
- among atoms by sampled Shapley values (Castro et al. 2009, doi:10.1016/j.cor.2008.04.004): the
  mean change when an atom, and with it every fragment it is part of, is taken away in random order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from dta_demo.explain.explained_pair import ExplainedPair
from dta_demo.explain.records import Attribution
from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.naming import read_protein
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.results.region import Region
from dta_demo.runtime.cache import ByteBoundCache

FIRST_STEPS, MOST_STEPS = 8, 64
"""Steps with which the integration starts and ends, at the latest."""

HALVED_AT_ONCE = 2
"""Steps that are halved before all of them are looked at again."""

COMPLETE = 0.04
"""Error of all steps together that is not worth more of them."""

ATOM_ORDERS = 32
"""Orders in which atoms are taken away: each random one forwards and backwards."""

SHARED_ATTRIBUTIONS: ByteBoundCache[Attribution] = ByteBoundCache(2**24)
"""Attributions of this process, whichever tab or visitor asked for them."""


def attribute(
    predictor: AffinityPredictor, protein: str | Protein, molecule: str | Molecule
) -> Attribution:
    """Attribute a prediction to residues and atoms, or recall what was found before.

    Residues are those of `AffinityPredictor.read_itself`; any that are not read contribute 0.

    Raises
    ------
    InputError
        When the text describes no protein or molecule that can be predicted, or the part of the
        protein that the poolings read is too long.
    """
    protein = read_protein(protein)
    molecule = read_small_molecule(molecule)
    protein = predictor.read_itself(protein)
    key = (predictor.identify(protein), molecule.smiles)
    found = SHARED_ATTRIBUTIONS.get(
        key,
        lambda: attribute_pair(
            ExplainedPair(predictor, protein, molecule),
            protein,
            molecule,
            predictor.region(protein),
        ),
    )
    # What was found before may have been asked for under other names.
    return replace(found, protein=protein, molecule=molecule)


def is_attributed(predictor: AffinityPredictor, protein: Protein, molecule: Molecule) -> bool:
    """Whether `attribute` would recall what was found before."""
    if not predictor.remembers(protein):
        return False
    key = (predictor.identify(predictor.read_itself(protein)), molecule.smiles)
    return SHARED_ATTRIBUTIONS.recall(key) is not None


def attribute_pair(
    pair: ExplainedPair, protein: Protein, molecule: Molecule, region: Region
) -> Attribution:
    """Attribute the prediction of a pair."""
    ends = [pair.predict(each, pair.whole_and_none)[0] for each in (pair.intact, pair.unknown)]
    (value, _), (_, baseline) = ends
    of_atoms, alone = attribute_atoms(pair)
    of_residues, steps = attribute_residues(pair, COMPLETE * abs(value - baseline))
    return Attribution(
        protein=protein,
        molecule=molecule,
        value=float(value),
        baseline=float(baseline),
        residues=of_residues,
        atoms=of_atoms,
        removed=alone,
        symbols=pair.fragments.symbols,
        region=region,
        steps=steps,
    )


def attribute_residues(pair: ExplainedPair, allowed: float) -> tuple[np.ndarray, int]:
    """Attribute the protein's part to its residues, by integrated gradients.

    The gradient is integrated by the trapezoidal rule. How much the prediction changes over a
    step is known, and so is the step's error: the steps with the largest errors are halved.

    Parameters
    ----------
    allowed : float
        Errors of all steps together, without their signs, in pKd.

    Returns
    -------
    attributions : numpy.ndarray, shape (residues,)
    steps : int
        How many were taken.
    """
    places = np.linspace(0.0, 1.0, FIRST_STEPS + 1)
    values, slopes = pair.differentiate(places)
    while True:
        parts = (slopes[:-1] + slopes[1:]) / 2 * np.diff(places)[:, None]
        errors = np.abs(parts.sum(axis=1) - np.diff(values))
        if errors.sum() <= allowed or len(parts) >= MOST_STEPS:
            return pair.place(parts.sum(axis=0)), len(parts)
        worst = np.sort(np.argsort(-errors)[:HALVED_AT_ONCE])
        middle = (places[worst] + places[worst + 1]) / 2
        found = pair.differentiate(middle)
        places = np.insert(places, worst + 1, middle)
        values = np.insert(values, worst + 1, found[0])
        slopes = np.insert(slopes, worst + 1, found[1], axis=0)


def attribute_atoms(pair: ExplainedPair) -> tuple[np.ndarray, np.ndarray]:
    """Attribute the molecule's part to its atoms, and take each atom away alone.

    Returns
    -------
    tuple of numpy.ndarray, each of shape (atoms,)
        Shapley values, which sum to the molecule's part; and how much the pKd falls without an
        atom while all others and the protein are there.
    """
    orders = np.array(list(order_atoms(pair.atoms, ATOM_ORDERS)))
    turns = np.argsort(orders, axis=1)
    present = turns[:, None] < np.arange(pair.atoms + 1)[:, None]
    found = pair.predict_atoms(present.reshape(-1, pair.atoms), pair.intact, pair.unknown)
    changes = np.diff(found.mean(axis=0).reshape(len(orders), -1), axis=1)
    shares = np.take_along_axis(changes, turns, axis=1).mean(axis=0)
    without_one = pair.predict_without_atoms([[], *([atom + 1] for atom in range(pair.atoms))])
    return shares, without_one[0] - without_one[1:]


def order_atoms(atoms: int, orders: int) -> Iterator[list[int]]:
    """Random orders, each also backwards, which halves their noise; the same each time."""
    random = np.random.default_rng(0)
    for _ in range(orders // 2):
        order = random.permutation(atoms).tolist()
        yield order
        yield order[::-1]
