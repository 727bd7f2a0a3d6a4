"""A pair whose residues and atoms can be hidden: what every explanation is computed from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from dta_demo.encoders.windows import plan_windows
from dta_demo.explain.fragments import MoleculeFragments
from dta_demo.inputs.errors import InputError
from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.model.pair_function import ReadProtein
from dta_demo.predictor.predictor import AffinityPredictor

MAX_RESIDUES = 4000
"""Residues that an explanation reads: it runs the encoder over a hundred times."""


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
    lock : context manager
        Held for each run of the model, so that other visitors' predictions come in between.

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
    def intact(self) -> ReadProtein:
        """The protein as it is."""
        return self.read(self.function.letters)

    @cached_property
    def unknown(self) -> ReadProtein:
        """The protein with every residue hidden."""
        return self.read(self.unknown_letters)

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

    @cached_property
    def whole_and_none(self) -> Tensor:
        """Fragment counts of the molecule as it is, and of none: (2, columns)."""
        return self.count(np.array([[True] * self.atoms, [False] * self.atoms]))

    def count(self, present: np.ndarray) -> Tensor:
        """Count the fragments that some atoms have: (sets, atoms) to (sets, columns)."""
        return torch.from_numpy(self.fragments.count(present)).to(self.function.letters.device)

    @torch.no_grad()
    def read(self, letters: Tensor) -> ReadProtein:
        """Read the protein with some residues hidden."""
        with self.lock:
            return self.function.read(letters)

    @torch.no_grad()
    def predict(self, protein: ReadProtein, counts: Tensor) -> np.ndarray:
        """Predict molecules by their fragment counts: (molecules,)."""
        with self.lock:
            values: np.ndarray = self.function.predict(protein, counts).cpu().numpy()
        return values

    def predict_without_residues(self, hidden: Sequence[Sequence[int]]) -> np.ndarray:
        """Predict the pair with some residues hidden, numbered from 1: (sets,)."""
        whole = self.whole_and_none[:1]
        letter = dict(zip(self.residues.tolist(), (self._read + 1).tolist(), strict=True))
        letters = [[letter[number] for number in residues] for residues in hidden]
        return np.array(
            [self.predict(self.read(self.function.hide(each)), whole)[0] for each in letters]
        )

    def predict_without_atoms(self, hidden: Sequence[Sequence[int]]) -> np.ndarray:
        """Predict the pair with some atoms hidden, numbered from 1: (sets,)."""
        present = np.ones((len(hidden), self.atoms), dtype=bool)
        for row, atoms in zip(present, hidden, strict=True):
            row[np.array(atoms, dtype=int) - 1] = False
        return self.predict(self.intact, self.count(present))
