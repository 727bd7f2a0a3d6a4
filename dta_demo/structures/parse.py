"""Readers of PDB and mmCIF files; every refusal is an `InputError` of one sentence.

The format is recognised by the content, whatever a file is called. No file is opened or written,
and only chain names, residue numbers and short names of ligands are kept of the text.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate, groupby, islice, repeat

import gemmi
import numpy as np

from dta_demo.inputs.errors import InputError
from dta_demo.inputs.wording import count_of, first_few, plain_line
from dta_demo.structures.atoms import choose_atoms
from dta_demo.structures.ligands import MAX_LIGANDS, read_ligand
from dta_demo.structures.records import (
    MAX_NAME_CHARACTERS,
    Chain,
    ChainResidue,
    Ligand,
    Structure,
)

MAX_BYTES = 50_000_000
"""Largest file, unpacked: some 500,000 atoms, more than any complex of one protein has."""

MAX_SEARCH = 200_000_000
"""Most steps that gemmi may take, some 0.4 s: it searches for each residue among those of its
chain, for each chain among those of its model and for each model among all."""

MAX_ATOMS = 200_000
"""Most atoms of all models, at 2 µs each: an ensemble of 20 models of 600 residues."""

MAX_SHOWN_ATOMS, MAX_SHOWN_RESIDUES, MAX_SHOWN_CHAINS = 100_000, 20_000, 2_000
"""Most atoms, residues and chains of the model that is read, waters included: 0.8 s, at 4, 12 and
60 µs each. It is twelve times as much as the largest complex of a kinase; only ribosomes and the
shells of viruses have more."""

MAX_RESIDUE_ATOMS = 200
"""Most heavy atoms of a residue; that with the chromophore of phycobiliproteins has 50. Viewers
measure the distances between all atoms of a residue."""

MAX_LINES = 700_000
"""Most lines, at 0.5 µs each; 50 MB of a PDB file are 620,000 lines."""

MAX_MMCIF_BYTES = 20_000_000
"""Largest mmCIF file, at 40 ns for a byte; `MAX_SHOWN_ATOMS` are 10 MB, 15 MB with names."""

MAX_MMCIF_TAGS = 20_000
"""Most column names, which are compared with each other; a file of the PDB has some 1,000."""

_ASCII = bytes(byte if byte < 128 else ord("?") for byte in range(256))
"""Translation to ASCII, which both formats are; gemmi would pass on any byte as text."""

_GZIP = b"\x1f\x8b"
_PDB_LINE = re.compile(
    rb"^(?:HEADER|TITLE |COMPND|REMARK|SEQRES|CRYST1|MODEL |ATOM  |HETATM)", re.MULTILINE
)
_PDB_RECORDS = {b"ATOM", b"HETA", b"MODE", b"ENDM", b"TER", b"END"}
_FIRST_WORD = re.compile(rb"^[^\S\n]*([^\s#]\S*)", re.MULTILINE)
"""First word after blank lines and comments; matching whole lines would hold millions of them."""

_MMCIF_START = b"data_"
_HEAVY_ATOM = re.compile(r"(?:[CNOS][A-Z0-9]{0,3}|SE)")
_PLACE_COLUMNS = (
    "Cartn_x", "?pdbx_PDB_model_num", "?auth_asym_id", "?label_asym_id", "?auth_seq_id",
    "?label_seq_id", "?pdbx_PDB_ins_code",
)  # fmt: skip
"""Columns of the table of atoms; gemmi requires that the first one is not optional."""

Place = tuple[object, object, object]
"""Model, chain and residue of one atom."""


def read_structure(data: bytes) -> Structure:
    """Read the protein chains of a PDB or mmCIF file, plain or packed with gzip, and its ligands.

    Only the first model is read, and of the alternate positions of a residue only the one with
    the highest occupancy. Hydrogens, waters, ions, buffers and nucleic acids are left out.

    Raises
    ------
    InputError
        When the file is too large, has neither format, is cut off, or contains no protein.
    """
    data = _unpack(data)
    if not data.strip():
        raise InputError("The structure file is empty.")
    data = data.translate(_ASCII)
    if data.count(b"\n") > MAX_LINES:
        raise InputError(f"The structure file has more than {MAX_LINES:,} lines.")
    first = _FIRST_WORD.search(data)
    if first and first[1][: len(_MMCIF_START)].lower() == _MMCIF_START:
        parsed = _read_mmcif(data)
    elif _PDB_LINE.search(data):
        parsed = _read_pdb(data)
    else:
        raise InputError(
            "The file is neither PDB nor mmCIF: give the coordinates of a protein in one of these."
        )
    if not len(parsed) or not any(len(chain) for chain in parsed[0]):
        raise InputError("The structure file has no atoms in its first model.")
    return _structure_of(parsed)


# ---- Bytes to gemmi ---------------------------------------------------------------------------


def _unpack(data: bytes) -> bytes:
    """Decompress the bytes if they are compressed, up to `MAX_BYTES`."""
    if data.startswith(_GZIP):
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            data = unpacker.decompress(data, MAX_BYTES + 1)
        except zlib.error as error:
            raise InputError("The packed file is broken: gzip cannot read it.") from error
        if not unpacker.eof and len(data) <= MAX_BYTES:
            raise InputError("The packed file is cut off.")
    if len(data) > MAX_BYTES:
        raise InputError(f"The structure file is larger than {MAX_BYTES / 1e6:g} MB.")
    return data


def _read_pdb(data: bytes) -> gemmi.Structure:
    """Read the coordinates, without the records that gemmi would keep: bonds, helices, remarks."""
    lines = [line for line in data.splitlines(keepends=True) if _record(line) in _PDB_RECORDS]
    _check_extent(_places_in_pdb(lines))
    try:
        return gemmi.read_pdb_string(b"".join(lines))
    except (RuntimeError, ValueError) as error:
        raise InputError("The PDB file is broken or cut off: a line cannot be read.") from error


def _record(line: bytes) -> bytes:
    return line[:4].upper().rstrip()  # gemmi compares four letters, in either case.


def _places_in_pdb(lines: Iterable[bytes]) -> Iterator[Place]:
    model = 0
    for line in lines:
        record = _record(line)
        if record in (b"ATOM", b"HETA"):
            yield model, line[20:22], line[22:27]
        elif record in (b"MODE", b"ENDM"):
            model += 1


def _read_mmcif(data: bytes) -> gemmi.Structure:
    if len(data) > MAX_MMCIF_BYTES:
        raise InputError(f"The mmCIF file is larger than {MAX_MMCIF_BYTES / 1e6:g} MB.")
    if sum(data.count(space + b"_") for space in (b" ", b"\t", b"\r", b"\n")) > MAX_MMCIF_TAGS:
        raise InputError(f"The mmCIF file has more than {MAX_MMCIF_TAGS:,} names of columns.")
    broken = "The mmCIF file is broken or cut off: its tables cannot be read."
    try:
        block = gemmi.cif.read_string(data)[0]
        atoms = block.find("_atom_site.", _PLACE_COLUMNS)
        if len(atoms) == 0:
            raise InputError("The mmCIF file has no table of atoms (_atom_site).")
        _check_extent(_places_in_mmcif(atoms))
        return gemmi.make_structure_from_block(block)
    except InputError:
        raise
    except (RuntimeError, ValueError, IndexError) as error:
        raise InputError(broken) from error


def _places_in_mmcif(atoms: gemmi.cif.Table) -> Iterator[Place]:
    columns = [
        atoms.column(index) if atoms.has_column(index) else repeat("", len(atoms))
        for index in range(1, len(_PLACE_COLUMNS))
    ]
    for model, author_chain, chain, *number in zip(*columns, strict=True):
        yield model, author_chain or chain, tuple(number)


def _check_extent(places: Iterable[Place]) -> None:
    """Raise `InputError` for a structure that would take more than a second or two to read."""
    atoms = list(islice(places, MAX_ATOMS + 1))
    residues = [place for place, _ in groupby(atoms)]
    shown = [place for place in residues if place[0] == atoms[0][0]]
    if (
        len(atoms) > MAX_ATOMS
        or sum(place[0] == atoms[0][0] for place in atoms) > MAX_SHOWN_ATOMS
        or len(shown) > MAX_SHOWN_RESIDUES
        or sum(1 for _ in groupby(chain for _, chain, _ in shown)) > MAX_SHOWN_CHAINS
        or any(steps > MAX_SEARCH for steps in accumulate(_search_steps(residues)))
    ):
        raise InputError(
            "The structure has too many atoms, residues, chains or models: give a file with the "
            "chain that matters."
        )


def _search_steps(residues: Iterable[Place]) -> Iterator[int]:
    """Count the steps in which gemmi finds the place of each residue."""
    chains: dict[object, Counter[object]] = {}
    for model, chain, _ in residues:
        own = chains.setdefault(model, Counter())
        own[chain] += 1
        yield own[chain] + len(own) + len(chains)


# ---- gemmi to records -------------------------------------------------------------------------


def _structure_of(parsed: gemmi.Structure) -> Structure:
    chains: list[Chain] = []
    ligands: list[Ligand] = []
    others: Counter[str] = Counter()
    for chain in parsed[0]:
        residues, chain_notes = _read_chain(chain, ligands, others)
        if residues:
            name = plain_line(chain.name, MAX_NAME_CHARACTERS)
            chains.append(Chain(name, tuple(residues), tuple(chain_notes)))
    if not chains:
        found = first_few([count_of(number, name) for name, number in others.items()])
        raise InputError(f"The structure file has no protein chain (it has {found}).")
    notes = []
    if len(parsed) > 1:
        notes.append(f"The file has {len(parsed):,} models; the first is shown.")
    if others:
        left_out = first_few([count_of(number, name) for name, number in others.items()])
        notes.append(f"Left out: {left_out}.")
    return Structure(tuple(chains), tuple(notes), tuple(ligands))


def _read_chain(
    chain: gemmi.Chain, ligands: list[Ligand], others: Counter[str]
) -> tuple[list[ChainResidue], Iterator[str]]:
    """Read the amino-acid residues of a chain.

    Its ligands are added to ``ligands``, and its other residues are counted in ``others``.
    """
    residues: list[ChainResidue] = []
    labels: set[str] = set()
    modified: Counter[str] = Counter()
    alternate = 0
    for found in chain:
        if found.seqid.num is None:
            others["unnumbered residue"] += 1
            continue
        place = _label(found.seqid)
        residue, has_alternates = _read_residue(found, place)
        if residue is None:
            ligand = read_ligand(found, chain.name, place) if len(ligands) < MAX_LIGANDS else None
            if ligand is not None:
                ligands.append(ligand)
            else:
                others[_kind(found)] += 1
        elif place in labels:
            alternate += 1  # Another residue at a place that is taken: microheterogeneity.
        else:
            labels.add(place)
            residues.append(residue)
            alternate += has_alternates
            info = gemmi.find_tabulated_residue(found.name)
            if not info.is_standard():
                modified[found.name if info.is_amino_acid() else "unknown residue"] += 1
    return residues, _chain_notes(residues, alternate, modified)


def _chain_notes(
    residues: list[ChainResidue], alternate: int, modified: Counter[str]
) -> Iterator[str]:
    if alternate:
        yield (
            f"{count_of(alternate, 'residue')} with alternate positions: the most occupied, or "
            "the first of equals, is shown."
        )
    if count := modified.pop("MSE", 0):
        yield f"Read {count_of(count, 'selenomethionine')} (MSE) as methionine."
    if count := modified.pop("unknown residue", 0):
        yield f"Read {count_of(count, 'residue')} of an unknown kind as X."
    if modified:
        names = first_few([f"{name} ({count:,})" for name, count in modified.items()])
        yield f"Read modified residues as what they were made from: {names}."
    inserted = [residue.label for residue in residues if residue.label[-1].isalpha()]
    if inserted:
        yield f"Numbers with an insertion code are kept as in the file: {first_few(inserted)}."


def _label(seqid: gemmi.SeqId) -> str:
    code = seqid.icode if seqid.icode.isascii() and seqid.icode.isalnum() else ""
    return f"{seqid.num}{code}"


def _kind(residue: gemmi.Residue) -> str:
    """Kind of a residue that is not read as an amino acid, in our words."""
    info = gemmi.find_tabulated_residue(residue.name)
    if info.is_water():
        return "water"
    if info.is_nucleic_acid():
        return "nucleotide"
    if info.is_amino_acid():
        return "oversized residue" if len(residue) > MAX_RESIDUE_ATOMS else "incomplete residue"
    return "other component"


def _read_residue(residue: gemmi.Residue, label: str) -> tuple[ChainResidue | None, bool]:
    """Read the heavy atoms of an amino acid, and whether it has alternate positions.

    A residue that gemmi does not know counts as an amino acid if it has a backbone.
    """
    kept: dict[str, tuple[float, float, float]] = {}
    atoms, has_alternates = choose_atoms(residue)
    for atom in atoms:
        if _HEAVY_ATOM.fullmatch(atom.name):
            kept.setdefault(atom.name, (atom.pos.x, atom.pos.y, atom.pos.z))
    info = gemmi.find_tabulated_residue(residue.name)
    is_amino_acid = info.is_amino_acid() or {"N", "C"} <= kept.keys()
    if "CA" not in kept or not is_amino_acid or len(kept) > MAX_RESIDUE_ATOMS:
        return None, False
    letter = info.one_letter_code.upper() if info.is_amino_acid() else "X"
    positions = np.array(list(kept.values()), dtype=np.float32)
    return ChainResidue(label, letter, tuple(kept), positions), has_alternates
