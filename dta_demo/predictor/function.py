"""The prediction of an encoded protein with a molecule as a differentiable function."""

from __future__ import annotations

from dta_demo.model.labels import PKD
from dta_demo.model.mutant_function import MutantFunction
from dta_demo.model.pair_function import PairFunction
from dta_demo.predictor.encoding import EncodedProtein, ReadForm
from dta_demo.predictor.loaded_model import LoadedModel


def build_function(
    loaded: LoadedModel, encoded: EncodedProtein, smiles: str
) -> PairFunction | MutantFunction:
    """Build the function of a pair: of a mutant with its wild type beside it."""

    def of(read: ReadForm, as_new_target: bool = False) -> PairFunction:
        domain = read.form.domain
        return PairFunction(
            loaded.ensemble, read.region, domain, read.windows, smiles, as_new_target
        )

    function = of(encoded.read)
    if encoded.wild_type is None:
        return function
    known, unknown = of(encoded.wild_type), of(encoded.wild_type, as_new_target=True)
    return MutantFunction(function, known, unknown, loaded.trust.mutant_scales[PKD])
