"""A pair whose residues and atoms can be hidden: what every explanation is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from dta_demo.encoders.batching import TOKEN_BUDGET, TOKEN_BUDGET_ACCELERATOR
from dta_demo.encoders.tokens import SPECIAL_TOKENS
from dta_demo.encoders.windows import plan_windows
from dta_demo.explain.fragments import MoleculeFragments
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.model.pair_function import ReadMolecules, ReadProteins
from dta_demo.predictor.predictor import AffinityPredictor
from dta_demo.runtime.jobs import note_work

Items = TypeVar("Items", np.ndarray, Sequence[Any])

MAX_RESIDUES = 4000
"""Residues that an explanation reads: it runs the encoder over a hundred times."""

GRADIENT_PASSES = 2
"""Memory and time of a pass with its gradient, in plain passes, by which batches are smaller."""

MOLECULES_AT_ONCE = 512
"""Molecules with atoms hidden that are predicted at once."""

MOLECULE_READS = 1.2
"""Work of predicting a molecule with atoms hidden, in residues read by the encoder."""


class ExplainedPair:
    """A pair, and its predictions with residues or atoms hidden.

    Only residues that the model reads can be hidden. Letters of a known kinase domain that the
    given sequence lacks are read, too, and always left as they are.

    Attributes
    ----------
    function : PairFunction or MutantFunction
    residues : numpy.ndarray of int64, shape (read residues,)
        Numbers of the residues that can be hidden, in `AffinityPredictor.read_itself`.
    fragments : MoleculeFragments
    lock : TurnLock
        Held for each batch, so that other visitors' predictions come in between, and the job of
        this thread ends there when it should stop.

    Raises
    ------
    InputError
        When the part of the protein that the poolings read is too long.
    """

    def __init__(self, predictor: AffinityPredictor, protein: Protein, molecule: Molecule) -> None:
        self.lock = predictor.hold_model()
        self.function = predictor.pair_function(protein, molecule)
        letters = len(self.function.letters)
        if len(plan_windows(letters)) > len(plan_windows(MAX_RESIDUES)):
            raise InputError(
                f"An explanation reads at most {MAX_RESIDUES:,} residues, and all of this protein, "
                f"{letters:,} residues, would have to be read, as no kinase domain was found in it."
            )
        numbers = predictor.read_numbers(protein)
        self._read = np.flatnonzero(numbers)
        self.residues = numbers[self._read]
        self._length = len(predictor.read_itself(protein).sequence)
        self.fragments = MoleculeFragments(molecule.smiles, predictor.fingerprint_bits)

    @property
    def atoms(self) -> int:
        """Number of heavy atoms of the molecule."""
        return len(self.fragments.symbols)

    @cached_property
    def intact(self) -> ReadProteins:
        """The protein as it is."""
        return self.read(self.function.letters[None])

    @cached_property
    def unknown(self) -> ReadProteins:
        """The protein with every residue hidden."""
        return self.read(self.unknown_letters[None])

    @cached_property
    def whole_and_none(self) -> ReadMolecules:
        """The molecule as it is, and with no atom left."""
        return self.read_molecules(np.array([[True] * self.atoms, [False] * self.atoms]))

    @property
    def unknown_letters(self) -> Tensor:
        """Letters with every residue hidden: (letters, tokens)."""
        return self.function.hide((self._read + 1).tolist())

    def place(self, values: np.ndarray) -> np.ndarray:
        """Place values of the letters that are read (letters,) by number: (residues,).

        They are 0 for residues that are not read.
        """
        placed = np.zeros(self._length, dtype=values.dtype)
        placed[self.residues - 1] = values[self._read]
        return placed

    @torch.no_grad()
    def read(self, letters: Tensor) -> ReadProteins:
        """Read the protein with some residues hidden: letters (sets, letters, tokens)."""
        with self.lock:
            return self.function.read(letters, self.lock.give_way)

    @torch.no_grad()
    def read_molecules(self, present: np.ndarray) -> ReadMolecules:
        """Read the molecule with the atoms that are there: (sets, atoms)."""
        counts = torch.from_numpy(self.fragments.count(present)).to(self.function.letters.device)
        with self.lock:
            return self.function.read_molecules(counts)

    @torch.no_grad()
    def predict(self, proteins: ReadProteins, molecules: ReadMolecules) -> np.ndarray:
        """Predict each protein with each molecule: (proteins, molecules)."""
        with self.lock:
            values: np.ndarray = self.function.predict(proteins, molecules).cpu().numpy()
        return values

    def predict_without_residues(self, hidden: Sequence[Sequence[int]]) -> np.ndarray:
        """Predict the pair with some residues hidden, numbered from 1: (sets,)."""
        letter = dict(zip(self.residues.tolist(), (self._read + 1).tolist(), strict=True))
        parts = []
        for some in split(hidden, self._proteins_at_once()):
            letters = [self.function.hide([letter[number] for number in each]) for each in some]
            parts.append(self.predict(self.read(torch.stack(letters)), self.whole_and_none)[:, 0])
        return np.concatenate(parts)

    def predict_without_atoms(self, hidden: Sequence[Sequence[int]]) -> np.ndarray:
        """Predict the pair with some atoms hidden, numbered from 1: (sets,)."""
        present = np.ones((len(hidden), self.atoms), dtype=bool)
        for row, atoms in zip(present, hidden, strict=True):
            row[np.array(atoms, dtype=int) - 1] = False
        return self.predict_atoms(present, self.intact)[0]

    def predict_atoms(self, present: np.ndarray, *proteins: ReadProteins) -> np.ndarray:
        """Predict the molecule with the atoms that are there, with each of some proteins.

        Parameters
        ----------
        present : numpy.ndarray of bool, shape (sets, atoms)

        Returns
        -------
        numpy.ndarray, shape (proteins, sets)
        """
        parts = []
        for some in split(present, MOLECULES_AT_ONCE):
            molecules = self.read_molecules(some)
            note_work(MOLECULE_READS * len(some))
            parts.append(np.concatenate([self.predict(each, molecules) for each in proteins]))
        return np.concatenate(parts, axis=1)

    def differentiate(self, fractions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Follow the straight way from hidden residues to the protein as it is.

        The prediction is the mean of those with the molecule as it is and with no atom left.

        Parameters
        ----------
        fractions : numpy.ndarray, shape (fractions,)
            Places on the way, from 0, all hidden, to 1.

        Returns
        -------
        values : numpy.ndarray, shape (fractions,)
            The prediction there.
        slopes : numpy.ndarray, shape (fractions, letters)
            What each letter adds to the slope of the prediction along the way.
        """
        start = self.unknown_letters
        way, molecules = self.function.letters - start, self.whole_and_none
        values, slopes = [], []
        for some in split(fractions, self._proteins_at_once(GRADIENT_PASSES)):
            mixed = start + torch.from_numpy(some).to(start)[:, None, None] * way
            with self.lock:
                proteins = self.function.read(mixed.requires_grad_(), self.lock.give_way)
                found = self.function.predict(proteins, molecules).mean(dim=1)
                (gradient,) = torch.autograd.grad(found.sum(), mixed)
            values.append(found.detach().cpu().numpy())
            slopes.append((gradient * way).sum(dim=2).cpu().numpy())
        return np.concatenate(values), np.concatenate(slopes)

    def _proteins_at_once(self, passes: int = 1) -> int:
        """Proteins of a batch, so that none takes longer than one full window does."""
        budget = TOKEN_BUDGET.get(self.function.letters.device.type, TOKEN_BUDGET_ACCELERATOR)
        tokens = len(self.function.letters) + SPECIAL_TOKENS
        return max(1, budget // (tokens * passes))


def split(items: Items, size: int) -> Iterator[Items]:
    """Split a sequence or an array into parts of at most some size, in order."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
