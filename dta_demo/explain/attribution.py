"""Attribution of a prediction to residues and atoms.

Four predictions frame the explanation: with the protein as it is or with every residue hidden,
and with the molecule as it is or with no atom left. What lies between the pair and the last of
them, the baseline, is shared between protein and molecule by averaging over the two orders in
which they can be taken away (Shapley 1953), and then

- among residues by integrated gradients (Sundararajan et al. 2017, arXiv:1703.01365): the
  gradient is followed on the straight way from hidden residues to the protein as it is;
- among atoms by sampled Shapley values (Castro et al. 2009, doi:10.1016/j.cor.2008.04.004): the
  mean change when an atom, and with it every fragment it is part of, is taken away in random order.

Both as Captum computes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from captum.attr import IntegratedGradients, ShapleyValueSampling
from torch import Tensor

from dta_demo.explain.explained_pair import ExplainedPair
from dta_demo.explain.records import Attribution
from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.naming import read_protein
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.results.region import Region
from dta_demo.runtime.cache import ByteBoundCache

STEPS = (16, 32, 64)
"""Steps of the integration: the first number that is complete enough."""

COMPLETE = 0.04
"""Completeness error that is not worth more steps."""

ATOM_ORDERS = 32
"""Orders in which atoms are taken away: each random one forwards and backwards."""

ATOM_SETS_AT_ONCE = 512
"""Molecules with atoms taken away that are predicted at once."""

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
    value, without_molecule = pair.predict(pair.intact, pair.whole_and_none)
    without_protein, baseline = pair.predict(pair.unknown, pair.whole_and_none)
    of_protein = (value - without_protein + without_molecule - baseline) / 2
    of_atoms, alone = attribute_atoms(pair)
    for steps in STEPS:
        of_residues = attribute_residues(pair, steps)
        if abs(of_residues.sum() - of_protein) <= COMPLETE * abs(value - baseline):
            break
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


def attribute_residues(pair: ExplainedPair, steps: int) -> np.ndarray:
    """Attribute the protein's part to its residues, by integrated gradients: (residues,)."""
    letters = pair.function.letters[None]

    def predict(mixed: Tensor) -> Tensor:
        read = [pair.function.read(protein) for protein in mixed]
        return torch.stack(
            [pair.function.predict(protein, pair.whole_and_none).mean() for protein in read]
        )

    method = IntegratedGradients(predict)
    gradients = method.gradient_func

    def locked(*arguments: Any, **named: Any) -> Any:
        with pair.lock:
            return gradients(*arguments, **named)

    method.gradient_func = locked
    found = method.attribute(
        letters,
        pair.unknown_letters[None],
        n_steps=steps,
        internal_batch_size=1,
    )
    return pair.place(found[0].sum(dim=1).cpu().numpy())


def attribute_atoms(pair: ExplainedPair) -> tuple[np.ndarray, np.ndarray]:
    """Attribute the molecule's part to its atoms, and take each atom away alone.

    Returns
    -------
    tuple of numpy.ndarray, each of shape (atoms,)
        Shapley values, which sum to the molecule's part; and how much the pKd falls without an
        atom while all others and the protein are there.
    """

    def predict(present: Tensor) -> Tensor:
        counts = pair.count(present.numpy() > 0)
        both = [pair.predict(protein, counts) for protein in (pair.intact, pair.unknown)]
        return torch.from_numpy(np.mean(both, axis=0))

    method = ShapleyValueSampling(predict)
    method.permutation_generator = order_atoms
    present = torch.ones(1, pair.atoms)
    shares = method.attribute(
        present, n_samples=ATOM_ORDERS, perturbations_per_eval=ATOM_SETS_AT_ONCE
    )
    without_one = pair.predict_without_atoms([[], *([atom + 1] for atom in range(pair.atoms))])
    return shares[0].numpy(), without_one[0] - without_one[1:]


def order_atoms(atoms: int, orders: int) -> Iterator[list[int]]:
    """Random orders, each also backwards, which halves their noise; the same each time."""
    random = np.random.default_rng(0)
    for _ in range(orders // 2):
        order = random.permutation(atoms).tolist()
        yield order
        yield order[::-1]
