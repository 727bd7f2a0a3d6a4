"""Canonical SMILES that RDKit reads back as the same molecule."""

from __future__ import annotations

from rdkit import Chem

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.rdkit_log import quiet_rdkit

MAX_SPELLINGS = 8  # Tried for one that reads back as itself; the second nearly always does.

# RDKit's own SMILES of aromatic rings can seldom not be read back, and only with one of these
# (or an aromatic ring of another size than five and six): in 85,000 molecules it never happens.
_FUSED_AROMATIC = Chem.MolFromSmarts("[a;x3]")
_ODD_AROMATIC = Chem.MolFromSmarts("[a;!+0,!#6&!#7&!#8&!#16,$(a=[!O]),$(a-@a)]")
_AROMATIC_IN_ODD_RING = Chem.MolFromSmarts("[a;k3,k4,k{7-}]")


def spell(molecule: Chem.Mol) -> str:
    """Write the canonical isomeric SMILES of a molecule in its standard form.

    Raises
    ------
    InputError
        If RDKit cannot write one, or none that it reads back as itself.
    """
    canonical = _write(molecule)
    return _settle(canonical)[0] if _may_change(canonical, molecule) else canonical


def read_back(molecule: Chem.Mol) -> Chem.Mol:
    """Read a molecule anew from its canonical SMILES, which numbers its atoms in one way.

    Raises
    ------
    InputError
        As `spell` does.
    """
    canonical = _write(molecule)
    if _may_change(canonical, molecule):
        return _settle(canonical)[1]
    return Chem.MolFromSmiles(canonical)


def _write(molecule: Chem.Mol) -> str:
    try:
        return str(Chem.MolToSmiles(molecule))
    except RuntimeError as error:
        raise InputError(
            "RDKit reads the SMILES but cannot spell the molecule in its standard form."
        ) from error


def _may_change(canonical: str, molecule: Chem.Mol) -> bool:
    """Tell whether RDKit may read the canonical SMILES and write another one."""
    bridged = "@" in canonical and molecule.GetRingInfo().NumRings() > 1
    return bridged or may_not_be_read_back(molecule)


def may_not_be_read_back(molecule: Chem.Mol) -> bool:
    """Tell whether the molecule has aromatic rings that RDKit may write unreadably."""
    if not molecule.HasSubstructMatch(_FUSED_AROMATIC):
        return False
    return _has_odd_aromatic_ring(molecule) or molecule.HasSubstructMatch(_ODD_AROMATIC)


def _has_odd_aromatic_ring(molecule: Chem.Mol) -> bool:
    """Tell whether aromatic atoms are neighbours in a ring of neither five nor six."""
    if not molecule.HasSubstructMatch(_AROMATIC_IN_ODD_RING):
        return False  # The lists below are slow, and seldom needed.
    odd = [ring for ring in molecule.GetRingInfo().AtomRings() if len(ring) not in (5, 6)]
    return any(
        sum(molecule.GetAtomWithIdx(atom).GetIsAromatic() for atom in ring) > 1 for ring in odd
    )


def _settle(canonical: str) -> tuple[str, Chem.Mol]:
    """Find the SMILES that reading and writing again ends at, or one of those it circles.

    RDKit seldom writes stereocentres of bridged rings as it read them.

    Returns
    -------
    smiles : str
    molecule : rdkit.Chem.Mol
        As it is read from ``smiles``.
    """
    seen: dict[str, Chem.Mol] = {}
    while canonical not in seen:
        with quiet_rdkit():
            again = Chem.MolFromSmiles(canonical)
        if again is None or len(seen) == MAX_SPELLINGS:
            raise InputError(
                "RDKit finds rings in the molecule that it cannot write in a form that it reads "
                "back as the same, so the molecule has no standard SMILES."
            )
        seen[canonical] = again
        canonical = str(Chem.MolToSmiles(again))
    spellings = list(seen)
    settled = min(spellings[spellings.index(canonical) :])
    return settled, seen[settled]
