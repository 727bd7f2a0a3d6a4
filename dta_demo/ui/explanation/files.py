"""Every number of an explanation, by residue and by atom, as CSV files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dta_demo.explain.attribution import attribute
from dta_demo.ui.shared.downloads import Download, csv_file, safe_file_stem
from dta_demo.ui.shared.formatting import landmark_name, region_name
from dta_demo.ui.shared.query import Query

if TYPE_CHECKING:
    from dta_demo.predictor.predictor import AffinityPredictor


def residues_csv(predictor: AffinityPredictor, query: Query | None) -> Download | None:
    """Write contribution, attention by layer and pooling weights, one row per residue."""
    if query is None:
        return None
    found = attribute(predictor, query.protein, query.molecule)
    attention = predictor.attention(found.protein)
    poolings = predictor.poolings(found.protein, query.molecule)
    by_layer = attention.by_layer
    headers = (
        "number", "residue", "landmark", "region", "contribution_pkd",
        *(f"attention_layer_{number}" for number in range(1, len(by_layer) + 1)),
        *(f"pooling_weight_{name}" for name in poolings.names),
    )  # fmt: skip
    rows = (
        (
            place + 1,
            residue,
            landmark_name(attention.landmarks, place + 1),
            region_name(attention.regions, place + 1),
            f"{found.residues[place]:.6f}",
            *(f"{share:.8f}" for share in by_layer[:, place]),
            *(f"{weight:.8f}" for weight in poolings.weights[:, place]),
        )
        for place, residue in enumerate(found.protein.sequence)
    )
    stem = safe_file_stem(query.protein.name, "protein")
    return csv_file(f"residues_{stem}.csv", headers, rows)


def atoms_csv(predictor: AffinityPredictor, query: Query | None) -> Download | None:
    """Write the contribution of each atom, and the loss without it alone."""
    if query is None:
        return None
    found = attribute(predictor, query.protein, query.molecule)
    rows = (
        (place + 1, symbol, f"{found.atoms[place]:.6f}", f"{found.removed[place]:.6f}")
        for place, symbol in enumerate(found.symbols)
    )
    stem = safe_file_stem(query.molecule.name, "molecule")
    headers = ("number", "element", "contribution_pkd", "lost_without_it_pkd")
    return csv_file(f"atoms_{stem}.csv", headers, rows)
