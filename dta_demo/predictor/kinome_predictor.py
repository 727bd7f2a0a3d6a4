"""The kinases of the catalogue, or other proteins, for predictions of one molecule with all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dta_demo.inputs.molecule import Molecule
from dta_demo.inputs.protein import Protein
from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.molecules.naming import read_small_molecule
from dta_demo.predictor.encoding import EncodedProtein
from dta_demo.predictor.kinome import (
    EncodedKinome,
    ProfiledProtein,
    gather_kinome,
    list_kinome,
    predict_kinome,
)
from dta_demo.predictor.kinome_file import load_kinome
from dta_demo.predictor.loaded_model import LoadedModel
from dta_demo.results.profile import KinomeProfile


class KinomePredictor:
    """Predicts one molecule with many proteins, which are encoded once for all molecules.

    Parameters
    ----------
    encode : callable
        Encodes one protein, or recalls it.
    """

    def __init__(self, loaded: LoadedModel, encode: Callable[[Protein], EncodedProtein]) -> None:
        self._loaded, self._encode = loaded, encode
        self._catalogue: EncodedKinome | None = None

    def recall(self) -> EncodedKinome:
        """Recall the kinases of the catalogue, which come encoded with the code.

        Raises
        ------
        CheckpointError
            When they were encoded with other weights.
        """
        if self._catalogue is None:
            self._catalogue = load_kinome(self._loaded)
        return self._catalogue

    def encode_catalogue(self) -> EncodedKinome:
        """Encode the kinases of the catalogue by the loaded weights, once."""
        self._catalogue = self.encode(list(list_kinome(load_catalogue())))
        return self._catalogue

    def encode(self, profiled: Sequence[ProfiledProtein]) -> EncodedKinome:
        """Encode proteins."""
        return gather_kinome(self._loaded, profiled, self._encode)

    def predict(self, kinome: EncodedKinome, molecule: str | Molecule) -> KinomeProfile:
        """Predict a molecule with all of them; the values are those of `predict`."""
        return predict_kinome(self._loaded, kinome, read_small_molecule(molecule))
