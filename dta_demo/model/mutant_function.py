"""The prediction of a mutant that was not measured as a differentiable function.

See `dta_demo.model.mutants` for what is predicted. What hides residues hides them in the mutant:
the prediction of its wild type is held as it is, as all that the panel knows by identity is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from dta_demo.model.pair_function import PairFunction, ReadMolecules, ReadProteins


class MutantFunction:
    """Unclipped pKd of a pair of a mutant, with the methods of `PairFunction`.

    Parameters
    ----------
    mutant : PairFunction
    known, unknown : PairFunction
        Of its wild type, with and without what the panel knows of it.
    scale : float
        Factor of the change by the mutation.
    """

    def __init__(
        self, mutant: PairFunction, known: PairFunction, unknown: PairFunction, scale: float
    ) -> None:
        self.mutant, self.known, self.unknown, self.scale = mutant, known, unknown, scale
        self.letters, self.hidden_letter = mutant.letters, mutant.hidden_letter
        with torch.no_grad():
            self._wild_type = known.read(known.letters[None])

    def hide(self, residues: Sequence[int]) -> Tensor:
        """Letters with some residues, numbered from 1, hidden."""
        return self.mutant.hide(residues)

    def read(
        self, letters: Tensor, between_windows: Callable[[], None] = lambda: None
    ) -> ReadProteins:
        """Read mutants: letters (mutants, residues, tokens), each row summing to 1."""
        return self.mutant.read(letters, between_windows)

    def read_molecules(self, counts: Tensor) -> ReadMolecules:
        """Read molecules given by their fragment counts: (molecules, columns)."""
        return self.mutant.read_molecules(counts)

    def predict(self, proteins: ReadProteins, molecules: ReadMolecules) -> Tensor:
        """Predict each mutant with each molecule: (mutants, molecules)."""
        known, unknown = (
            function.predict(self._wild_type, molecules) for function in (self.known, self.unknown)
        )
        return known + self.scale * (self.mutant.predict(proteins, molecules) - unknown)
