"""Text that a visitor typed or pasted, to a checked protein or molecule.

Whatever is put right on the way is listed in ``changes``, one plain sentence each; whatever
cannot be put right is refused with an :class:`InputError`, whose text is one sentence for the
visitor. Text is only ever read as data: no name is looked up and no file or address is opened.

A checked sequence or SMILES read again gives itself. The only changes then listed are those
that begin with "Kept": they point at something unusual that is still there.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from rdkit import Chem, rdBase
from rdkit.Chem import rdqueries
from rdkit.Chem.MolStandardize import rdMolStandardize

from dta_demo.inputs.molecule_size import (
    explain_excess_of_rings,
    explain_ring_number,
    may_have_many_rings,
)
from dta_demo.inputs.smiles_faults import explain_fault
from dta_demo.inputs.wording import (
    MAX_QUOTE_CHARACTERS,
    count_of,
    describe_character,
    first_few,
    join_with_and,
    plain_line,
    quote,
)

MIN_RESIDUES = 10  # Shorter peptides have no fold, and a drug no pocket to bind to.
MAX_RESIDUES = 40_000  # Titin, the longest human protein, has 34,350.
MAX_SMILES_CHARACTERS = 2_000
MAX_HEAVY_ATOMS = 300  # Drugs end well below; the largest training molecule (KIBA) has 268.
MAX_PARTS = 50  # Of a mixture: a salt of the data has 10, and 1,000 would take 1 s.
MAX_SPELLINGS = 8  # Tried for one that reads back as itself; the second nearly always does.
MAX_TEXT_CHARACTERS = 1_000_000
MAX_NAME_CHARACTERS = 100


class InputError(ValueError):
    """One sentence that a visitor understands."""


@dataclass(frozen=True)
class Protein:
    """A checked protein.

    Attributes
    ----------
    sequence : str
        Capital one-letter codes without ``J``, ``MIN_RESIDUES`` to ``MAX_RESIDUES`` of them.
    name : str
        The FASTA header as plain text, or empty.
    changes : tuple of str
        What was changed, or kept although unusual, one sentence each.
    """

    sequence: str
    name: str = ""
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drug:
    """A checked molecule.

    Attributes
    ----------
    smiles : str
        RDKit's canonical isomeric SMILES of one organic molecule.
    name : str
        What followed the SMILES on its line, or empty.
    changes : tuple of str
        What was changed, or kept although unusual, one sentence each. Another spelling of
        the same molecule is no change.
    """

    smiles: str
    name: str = ""
    changes: tuple[str, ...] = ()


def parse_protein(text: str) -> Protein:
    """Read a protein from a plain sequence, FASTA or the sequence block of a GenBank record.

    Parameters
    ----------
    text : str
        What the visitor gave. Of several FASTA records the first is read.

    Returns
    -------
    Protein
        The sequence in capitals, with the header as its name.

    Raises
    ------
    InputError
        If no protein can be read from the text.
    """
    changes: list[str] = []
    lines = _visible_lines(text, "protein", changes)
    if not lines:
        raise InputError("Enter a protein as one-letter amino-acid codes or as FASTA.")
    name, body = _first_record(lines, changes)
    _refuse_smiles(body)
    letters = _remove_layout(body, not lines[0].startswith(">"), changes)
    letters = _remove_stop(letters, changes)
    _refuse_characters(letters)
    if letters != letters.upper():
        changes.append("Changed lower-case letters to capitals.")
        letters = letters.upper()
    _refuse_length(letters, body)
    _refuse_smiles([letters])  # What is left without digits and dots may be one.
    _refuse_other_text(letters, body)
    _note_rare_letters(letters, changes)
    return Protein(letters.replace("J", "X"), name, tuple(changes))


def parse_drug(text: str) -> Drug:
    """Read a small molecule from SMILES.

    The molecule is checked by RDKit, reduced to its largest organic part, freed of atom-map
    numbers, isotope labels and hydrogens written as atoms, and neutralised. Two spellings of
    one molecule give the same SMILES.

    Parameters
    ----------
    text : str
        A SMILES, then if wanted white space and a name. Of several lines the first is read.

    Returns
    -------
    Drug
        The canonical SMILES, with the rest of the line as its name.

    Raises
    ------
    InputError
        If no molecule that the model can read is found in the text.
    """
    read = _read_molecule(text, Chem.MolFromSmiles)
    try:
        canonical = str(Chem.MolToSmiles(read.molecule))
    except RuntimeError as error:
        raise InputError(
            "RDKit reads the SMILES but cannot spell the molecule in its standard form."
        ) from error
    bridged = "@" in canonical and read.molecule.GetRingInfo().NumRings() > 1
    if bridged or _may_not_be_read_back(read.molecule):
        canonical = _settle(canonical)
    return Drug(canonical, read.name, read.changes)


@dataclass(frozen=True)
class ReadMolecule:
    """A checked molecule in its standard form, to be described by its fragments.

    Attributes
    ----------
    molecule : rdkit.Chem.Mol
        Its stereochemistry may not have been perceived.
    name : str
        What followed the SMILES on its line, or empty.
    changes : tuple of str
        What was changed, or kept although unusual, one sentence each.
    """

    molecule: Chem.Mol
    name: str
    changes: tuple[str, ...]


def read_molecule(text: str) -> ReadMolecule:
    """Read a small molecule as `parse_drug` does, in half the time: one of very many.

    It is not spelled anew, and its stereochemistry, which is no part of the fragments that the
    model counts, is perceived only where something had to be put right.
    """
    read = _read_molecule(text, _read_flat)
    # RDKit counts torsions at a ring of three as its atoms happen to be numbered: those of the
    # canonical SMILES count.
    in_ring_of_three = len(read.molecule.GetAtomsMatchingQuery(_IN_RING_OF_THREE))
    if in_ring_of_three or _may_not_be_read_back(read.molecule):
        return replace(read, molecule=Chem.MolFromSmiles(parse_drug(text).smiles))
    return read


def _read_flat(smiles: str) -> Chem.Mol | None:
    """Read a SMILES without stereochemistry, where it has nothing to put right."""
    if "." in smiles or ":" in smiles or "[" in _ORDINARY_BRACKET.sub("", smiles):
        return Chem.MolFromSmiles(smiles)
    molecule = Chem.MolFromSmiles(smiles, sanitize=False)
    if molecule is not None:
        try:
            Chem.SanitizeMol(molecule)
        except (Chem.MolSanitizeException, RuntimeError):  # The latter from 128 bonds on.
            return None
    return molecule


def _read_molecule(text: str, parse: Callable[[str], Chem.Mol | None]) -> ReadMolecule:
    changes: list[str] = []
    lines = _visible_lines(text, "molecule", changes)
    if not lines:
        raise InputError("Enter a molecule as SMILES, such as CC(=O)Oc1ccccc1C(=O)O.")
    _refuse_other_formats(lines)
    if len(lines) > 1:
        changes.append(f"Used the first of {len(lines):,} lines and ignored the others.")
    smiles, name = _split_name(lines[0], changes)
    _refuse_unsupported_smiles(smiles)
    plain = _drop_other_geometries(smiles, changes)
    with _quiet_rdkit():
        _refuse_slow(plain)
        molecule = parse(plain)
        if molecule is None:
            _refuse_name(lines[0])
            raise InputError(f"The SMILES {quote(smiles)} is not valid: {explain_fault(smiles)}.")
        _raise_if(explain_ring_number(molecule.GetRingInfo().NumRings()))
        try:
            molecule = _standardise(molecule, plain, changes)
        except (RuntimeError, Chem.MolSanitizeException) as error:
            raise InputError(
                f"RDKit reads the SMILES {quote(smiles)} but cannot bring it to a standard form."
            ) from error
    return ReadMolecule(molecule, name, tuple(changes))


# ---- Text, for both ---------------------------------------------------------------------------


def _visible_lines(text: str, what: str, changes: list[str]) -> list[str]:
    """Return the lines that hold something, stripped and without invisible characters."""
    if not isinstance(text, str):
        raise InputError(f"The {what} must be given as text.")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise InputError(
            f"The {what} text has {len(text):,} characters, and at most "
            f"{MAX_TEXT_CHARACTERS:,} are read."
        )
    if not (text.isascii() and text.isprintable()):
        visible = "".join(char for char in text if not _is_invisible(char))
        if len(visible) < len(text):
            changes.append(f"Removed {count_of(len(text) - len(visible), 'invisible character')}.")
        text = visible
    return [stripped for line in text.splitlines() if (stripped := line.strip())]


def _is_invisible(char: str) -> bool:
    """Tell control and format characters, such as a byte-order mark, from white space."""
    return not char.isspace() and unicodedata.category(char) in ("Cc", "Cf")


# ---- Proteins ---------------------------------------------------------------------------------

# Spelled out in ASCII on purpose: \d and str.upper would let other alphabets in.
_NOT_A_LETTER = re.compile(r"[^A-Za-z]")
_LAYOUT = str.maketrans("", "", "0123456789-.")
_RARE_LETTERS = {
    "B": "aspartate or asparagine",
    "Z": "glutamate or glutamine",
    "X": "unknown residue",
    "U": "selenocysteine",
    "O": "pyrrolysine",
}


def _first_record(lines: list[str], changes: list[str]) -> tuple[str, list[str]]:
    """Return the name and the sequence lines of the first record."""
    headers = [i for i, line in enumerate(lines) if line.startswith(">")]
    if not headers:
        return "", _genbank_block(lines, changes)
    name, first = "", lines[: headers[0]]
    if not first:
        name = plain_line(lines[headers.pop(0)][1:], MAX_NAME_CHARACTERS)
        first = lines[1 : headers[0] if headers else len(lines)]
    if not first:
        raise InputError(
            f"The FASTA record {quote(name)} has no sequence on the lines below its header."
        )
    if headers:
        changes.append(
            f"Used the first of {len(headers) + 1:,} FASTA records"
            f"{f' ({quote(name)})' if name else ''} and ignored "
            f"{first_few([quote(lines[i][1:]) for i in headers])}."
        )
    return name, first


def _genbank_block(lines: list[str], changes: list[str]) -> list[str]:
    """Return the lines between ``ORIGIN`` and ``//``, or all lines where neither is found."""
    start = lines.index("ORIGIN") + 1 if "ORIGIN" in lines else 0
    ends = (i for i, line in enumerate(lines) if i >= start and line.startswith("//"))
    block = lines[start : next(ends, len(lines))]
    if not block:
        raise InputError("The GenBank record has no sequence between ORIGIN and //.")
    if len(block) < len(lines):
        changes.append("Read only the sequence block of the GenBank record (ORIGIN to //).")
    return block


def _remove_layout(body: list[str], count_breaks: bool, changes: list[str]) -> str:
    """Return the sequence on one line, without white space, numbering and gaps.

    A FASTA record is wrapped by its nature, so its line breaks are not worth a word.
    """
    text = "".join(body)
    gaps = text.count("-") + text.count(".")
    removed = [
        count_of(sum(map(str.isspace, text)), "space"),
        count_of(len(body) - 1 if count_breaks else 0, "line break"),
        count_of(sum(map(text.count, "0123456789")), "digit"),
        count_of(gaps, "gap") + " (- or .)",
    ]
    removed = [part for part in removed if not part.startswith("0 ")]
    if removed:
        changes.append(f"Removed {join_with_and(removed)}.")
    return "".join(text.split()).translate(_LAYOUT)


def _remove_stop(letters: str, changes: list[str]) -> str:
    stripped = letters.rstrip("*")
    if stripped != letters:
        changes.append("Removed the stop symbol (*) at the end.")
    if "*" in stripped:
        raise InputError(
            f"The sequence has a stop (*) at position {stripped.index('*') + 1:,}: "
            "give one protein chain without a stop inside."
        )
    return stripped


def _refuse_characters(letters: str) -> None:
    bad = _NOT_A_LETTER.search(letters)
    if bad:
        raise InputError(
            f"The character {describe_character(bad.group())} at position {bad.start() + 1:,} "
            "of the sequence is no amino-acid letter."
        )


def _refuse_length(letters: str, body: list[str]) -> None:
    if len(letters) < MIN_RESIDUES:
        raise InputError(
            f"{quote(' '.join(body))} gives {count_of(len(letters), 'residue')}, and a protein "
            f"target needs at least {MIN_RESIDUES} (names and accession numbers are not looked up)."
        )
    if len(letters) > MAX_RESIDUES:
        raise InputError(
            f"The protein has {len(letters):,} residues, and at most {MAX_RESIDUES:,} are read."
        )


def _refuse_other_text(letters: str, body: list[str]) -> None:
    """Refuse letters that spell something else than a protein."""
    if _is_nucleotide(letters):
        raise InputError(
            "This looks like DNA or RNA (at least 90 % of the letters are A, C, G, T, U or N): "
            "give the translated protein sequence."
        )
    if letters.count("X") + letters.count("J") > len(letters) / 2:
        raise InputError("More than half of the sequence is X, that is, unknown residues.")
    # Pyrrolysine comes once in a few microbial enzymes; O is every thirteenth letter of English.
    if letters.count("O") >= max(2, 0.04 * len(letters)):
        raise InputError(
            f"{quote(' '.join(body))} reads like words, not like a protein sequence "
            "(names are not looked up)."
        )


def _is_nucleotide(letters: str) -> bool:
    """Tell DNA and RNA from proteins made of few kinds of residue, such as silk or poly-A.

    Nucleic acids are nearly all bases and use all four. Silk and poly-A lack some of the four;
    antifreeze proteins, rich in Ala, Cys, Gly, Thr and Asn, stay below eight tenths of these.
    """
    count = Counter(letters)
    bases = (count["A"], count["C"], count["G"], count["T"] + count["U"])
    share = (sum(bases) + count["N"]) / len(letters)
    return share >= 0.9 and min(bases) >= 0.02 * len(letters)


def _refuse_smiles(body: list[str]) -> None:
    """Refuse a molecule in the protein's place.

    Letters alone may be either, so half of the atoms must be carbon: no protein is half
    cysteine. The first of several words counts only if it has signs that no protein has.
    """
    token, *more = body[0].split()
    may_be = token.isascii() and len(token) <= MAX_SMILES_CHARACTERS
    if not may_be or (token.isalpha() and (more or len(body) > 1)):
        return
    with _quiet_rdkit():
        molecule = Chem.MolFromSmiles(token, sanitize=False)
    if molecule is None:
        return
    carbons = len(molecule.GetAtomsMatchingQuery(_CARBON))
    if carbons and 2 * carbons >= molecule.GetNumAtoms():
        raise InputError(
            f"This is a molecule ({quote(token)}): put it in the molecule's place and give a "
            "protein sequence here."
        )


def _note_rare_letters(letters: str, changes: list[str]) -> None:
    if "J" in letters:
        changes.append(
            f"Replaced J (leucine or isoleucine) {_where(letters, 'J')} by X: the protein "
            "model has no J."
        )
    for letter, meaning in _RARE_LETTERS.items():
        if letter in letters:
            changes.append(f"Kept {letter} ({meaning}) {_where(letters, letter)}.")


def _where(letters: str, letter: str) -> str:
    """Say at which positions, counted from 1, a letter stands."""
    positions = [f"{i:,}" for i, other in enumerate(letters, 1) if other == letter]
    return f"at position{'s' if len(positions) > 1 else ''} {first_few(positions)}"


# ---- Molecules: what is no SMILES --------------------------------------------------------------

_INCHI_KEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]\b")
_PROTEIN = re.compile(r"(?:[A-Z]{20,}|[A-Za-z]{40,})\*?")
_WORD = re.compile(r"[A-Za-z0-9,'-]+")
_SMILES_LETTER = re.compile(r"Cl|Br|[BCNOPSFIHbcnops]")
_NOT_ASCII = re.compile(r"[^!-~]")
_PATTERN_SIGN = re.compile(r"\*|~|\[\d*#\d*\]?")
_EXTENSION = re.compile(r"\|[^|]*\|\s*")


def _refuse_other_formats(lines: list[str]) -> None:
    """Refuse what is plainly something else than SMILES."""
    first = lines[0]
    if first.lower().startswith("inchi=") or _INCHI_KEY.match(first):
        raise InputError(
            "This is an InChI or InChIKey: give the molecule as SMILES, such as "
            "CC(=O)Oc1ccccc1C(=O)O."
        )
    if any(line == "M  END" or line.endswith(("V2000", "V3000")) for line in lines):
        raise InputError("This is a mol or SD file: give the molecule as SMILES.")
    if first.startswith(">") or (_PROTEIN.fullmatch(first) and _has_other_letters(first)):
        raise InputError(
            f"This is a protein ({quote(first)}): put it in the protein's place and give the "
            "molecule as SMILES here."
        )


def _has_other_letters(text: str) -> bool:
    """Tell whether more of the letters than a slip explains stand for no atom in SMILES."""
    letters = [char for char in text if char.isalpha()]
    others = [char for char in _SMILES_LETTER.sub("", text) if char.isalpha()]
    return len(others) > 0.25 * len(letters)


def _split_name(line: str, changes: list[str]) -> tuple[str, str]:
    """Split a line into its SMILES and the name after it."""
    smiles, *rest = line.split(None, 1)
    name = rest[0] if rest else ""
    extension = _EXTENSION.match(name)
    if extension:
        changes.append("Ignored the extension between bars (|) after the SMILES.")
        name = name[extension.end() :]
    return smiles, plain_line(name, MAX_NAME_CHARACTERS)


def _refuse_unsupported_smiles(smiles: str) -> None:
    """Refuse what RDKit would read, or skip over, but the model cannot use."""
    if len(smiles) > MAX_SMILES_CHARACTERS:
        raise InputError(
            f"The SMILES has {len(smiles):,} characters, and at most "
            f"{MAX_SMILES_CHARACTERS:,} are read."
        )
    foreign = _NOT_ASCII.search(smiles)
    if foreign:
        raise InputError(
            f"The character {describe_character(foreign.group())} at position "
            f"{foreign.start() + 1:,} is not used in SMILES."
        )
    if ">" in smiles or "<" in smiles:
        raise InputError(
            "The SMILES holds an arrow (> or <), as reactions and metal complexes do: give one "
            "molecule without it."
        )
    pattern = _PATTERN_SIGN.search(smiles)
    if pattern:
        raise InputError(
            f"{quote(pattern.group())} at position {pattern.start() + 1:,} is a placeholder or "
            "a pattern (SMARTS), not a definite atom or bond: give one definite molecule."
        )
    parts = smiles.count(".") + 1
    if parts > MAX_PARTS:
        raise InputError(f"The SMILES has {parts:,} parts, and at most {MAX_PARTS} are read.")


def _refuse_slow(smiles: str) -> None:
    """Refuse atoms and rings that RDKit would take long over, before it perceives anything."""
    may_be_large = len(smiles) > MAX_HEAVY_ATOMS
    if not (may_be_large or may_have_many_rings(smiles)):
        return
    molecule = Chem.MolFromSmiles(smiles, sanitize=False)
    if molecule is None:
        return
    if may_be_large:
        hydrogens = {atom.GetIdx() for atom in molecule.GetAtomsMatchingQuery(_HYDROGEN)}
        parts = Chem.GetMolFrags(molecule)
        _refuse_atoms(max(len(part) - len(hydrogens.intersection(part)) for part in parts))
    _raise_if(explain_excess_of_rings(molecule))


def _raise_if(sentence: str | None) -> None:
    if sentence:
        raise InputError(sentence)


def _drop_other_geometries(smiles: str, changes: list[str]) -> str:
    """Remove tags such as ``@SP1``: of metals, and not written by RDKit as they were read."""
    plain, tags = _OTHER_GEOMETRY.subn("", smiles)
    if tags:
        changes.append(
            f"Removed {count_of(tags, 'tag')} of a geometry that organic molecules do not have, "
            "such as square-planar: only @ and @@ are read."
        )
    return plain


def _refuse_name(line: str) -> None:
    """Refuse a drug's name or number, once RDKit has found it to be no SMILES."""
    word = line.split(None, 1)[0]
    letters = sum(map(str.isalpha, word))
    if _WORD.fullmatch(word) and (letters == 0 or (letters > 3 and _has_other_letters(word))):
        raise InputError(
            f"{quote(line)} reads like a name, number or sequence (nothing is looked up): give "
            "the molecule as SMILES, such as CC(=O)Oc1ccccc1C(=O)O."
        )


# ---- Molecules: one standard form --------------------------------------------------------------

# What the training molecules are made of, and their near relatives silicon and selenium.
_ELEMENTS = {"H", "B", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Se", "Br", "I"}
# Metals that a drug is sold with and acts without.
_COUNTER_IONS = {"Li", "Na", "K", "Rb", "Cs", "Mg", "Ca", "Sr", "Ba", "Zn", "Al"}

# RDKit finds atoms by these far faster than a Python loop over the atoms does.
_CARBON = rdqueries.AtomNumEqualsQueryAtom(6)
_HYDROGEN = rdqueries.AtomNumEqualsQueryAtom(1)
_IN_RING_OF_THREE = rdqueries.MinRingSizeEqualsQueryAtom(3)
_ISOTOPE = rdqueries.IsotopeGreaterQueryAtom(0)
_RADICAL = rdqueries.NumRadicalElectronsGreaterQueryAtom(0)
_CHARGED = rdqueries.FormalChargeGreaterQueryAtom(0)
_CHARGED.ExpandQuery(rdqueries.FormalChargeLessQueryAtom(0), Chem.CompositeQueryType.COMPOSITE_OR)
_BRACKET_SYMBOL = re.compile(r"\[\d*([A-Z][a-z]?|[a-z]{1,2})")
_ORDINARY_BRACKET = re.compile(r"\[(?:nH|C@@?H?)\]")  # With nothing to put right.
# Square-planar, trigonal-bipyramidal, octahedral and, on one atom, allene-like.
_OTHER_GEOMETRY = re.compile(r"(?<=[A-Za-z])@(?:SP|TB|OH|AL)\d{1,2}(?=[H+:\]-])")
# RDKit's own SMILES of aromatic rings can seldom not be read back, and only with one of these
# (or an aromatic ring of another size than five and six): in 85,000 molecules it never happens.
_FUSED_AROMATIC = Chem.AtomFromSmarts("[a;x3]")
_ODD_AROMATIC = Chem.MolFromSmarts("[$(a=[!O]),$(a-@a),$([a;!+0]),$([a;!#6;!#7;!#8;!#16])]")
_ATOM_MAP = re.compile(r":\d+\]")
_RDKIT_LOGS = threading.Lock()


@contextmanager
def _quiet_rdkit() -> Iterator[None]:
    """Keep RDKit from writing to standard error.

    Its log switches are global, so without the lock one thread would switch the logs back on
    under another.
    """
    with _RDKIT_LOGS, rdBase.BlockLogs():
        yield


def _standardise(molecule: Chem.Mol, smiles: str, changes: list[str]) -> Chem.Mol:
    """Return the molecule's standard form.

    Each step runs only where a sign in the SMILES calls for it: most molecules need none.
    """
    before = len(changes)
    brackets = "[" in _ORDINARY_BRACKET.sub("", smiles)
    if brackets:
        _refuse_elements(molecule, smiles, _ELEMENTS | _COUNTER_IONS)
    if ":" in smiles:
        _refuse_loose_aromatic_bonds(molecule)
    if "." in smiles:
        molecule = _largest_part(molecule, changes)
    if brackets:
        _refuse_elements(molecule, smiles, _ELEMENTS)
    _refuse_size(molecule)
    if brackets:
        _drop_labels(molecule, smiles, changes)
        molecule = _drop_hydrogens(molecule, smiles, changes)
        molecule = _neutralise(molecule, changes)
    if len(changes) > before:
        molecule = _read_again(molecule)
    if "[" in smiles:
        _note_radicals(molecule, changes)
    return molecule


def _read_again(molecule: Chem.Mol) -> Chem.Mol:
    """Perceive a changed molecule anew: a stereocentre or aromatic ring may be none now."""
    again = Chem.MolFromSmiles(Chem.MolToSmiles(molecule))
    if again is None:
        raise RuntimeError("RDKit does not read its own SMILES")
    return again


def _may_not_be_read_back(molecule: Chem.Mol) -> bool:
    """Tell whether the molecule has aromatic rings that RDKit may write unreadably."""
    if len(molecule.GetAtomsMatchingQuery(_FUSED_AROMATIC)) == 0:
        return False
    return _has_odd_aromatic_ring(molecule) or molecule.HasSubstructMatch(_ODD_AROMATIC)


def _has_odd_aromatic_ring(molecule: Chem.Mol) -> bool:
    """Tell whether aromatic atoms are neighbours in a ring of neither five nor six."""
    odd = [ring for ring in molecule.GetRingInfo().AtomRings() if len(ring) not in (5, 6)]
    return any(
        sum(molecule.GetAtomWithIdx(atom).GetIsAromatic() for atom in ring) > 1 for ring in odd
    )


def _settle(canonical: str) -> str:
    """Return the SMILES that reading and writing again ends at, or one of those it circles.

    RDKit seldom writes stereocentres of bridged rings as it read them.
    """
    seen: list[str] = []
    while canonical not in seen:
        seen.append(canonical)
        with _quiet_rdkit():
            again = Chem.MolFromSmiles(canonical)
        if again is None or len(seen) > MAX_SPELLINGS:
            raise InputError(
                "RDKit finds rings in the molecule that it cannot write in a form that it reads "
                "back as the same, so the molecule has no standard SMILES."
            )
        canonical = str(Chem.MolToSmiles(again))
    return min(seen[seen.index(canonical) :])


def _refuse_elements(molecule: Chem.Mol, smiles: str, allowed: set[str]) -> None:
    written = {symbol.capitalize() for symbol in _BRACKET_SYMBOL.findall(smiles)}
    if written <= allowed:
        return  # The loop below is slow, and seldom needed.
    for atom in molecule.GetAtoms():
        if atom.GetSymbol() not in allowed:
            name = Chem.GetPeriodicTable().GetElementName(atom.GetAtomicNum()).lower()
            raise InputError(
                f"The molecule contains {name} ({atom.GetSymbol()}), and the model has seen no "
                "metals or other rare elements in training: only a counter-ion may stand apart, "
                "as in .[Na+]."
            )


def _refuse_loose_aromatic_bonds(molecule: Chem.Mol) -> None:
    """Refuse ``C:C``, which RDKit reads but does not write back as the same molecule."""
    for bond in molecule.GetBonds():
        ends = bond.GetBeginAtom(), bond.GetEndAtom()
        loose = not all(atom.GetIsAromatic() for atom in ends)
        if loose and bond.GetBondType() == Chem.BondType.AROMATIC:
            raise InputError(
                "The SMILES has an aromatic bond (:) outside an aromatic ring: write a single or "
                "double bond there."
            )


def _refuse_size(molecule: Chem.Mol) -> None:
    if len(molecule.GetAtomsMatchingQuery(_CARBON)) == 0:
        raise InputError("The molecule has no carbon: give an organic molecule.")
    _refuse_atoms(molecule.GetNumHeavyAtoms())


def _refuse_atoms(atoms: int) -> None:
    if atoms > MAX_HEAVY_ATOMS:
        raise InputError(
            f"The molecule has {atoms:,} atoms besides hydrogen, and at most {MAX_HEAVY_ATOMS} "
            "are read."
        )


def _largest_part(molecule: Chem.Mol, changes: list[str]) -> Chem.Mol:
    """Return the largest organic part of a salt, solvate or mixture."""
    parts = Counter(map(Chem.MolToSmiles, Chem.GetMolFrags(molecule, asMols=True)))
    if parts.total() == 1:
        return molecule
    kept = rdMolStandardize.LargestFragmentChooser(preferOrganic=True).choose(molecule)
    parts -= Counter([Chem.MolToSmiles(kept)])
    dropped = [
        plain_line(part, MAX_QUOTE_CHARACTERS) + (f" ({number:,} times)" if number > 1 else "")
        for part, number in sorted(parts.items())
    ]
    changes.append(
        f"Reduced a salt or mixture to its largest organic part and dropped {first_few(dropped)}."
    )
    return kept


def _drop_labels(molecule: Chem.Mol, smiles: str, changes: list[str]) -> None:
    """Remove atom-map numbers and isotope labels, which the model does not know."""
    if _ATOM_MAP.search(smiles):
        mapped = [atom for atom in molecule.GetAtoms() if atom.GetAtomMapNum()]
        for atom in mapped:
            atom.SetAtomMapNum(0)
        if mapped:
            changes.append(f"Removed {count_of(len(mapped), 'atom-map number')}.")
    isotopes = list(molecule.GetAtomsMatchingQuery(_ISOTOPE))
    for atom in isotopes:
        atom.SetIsotope(0)
    if isotopes:
        changes.append(
            f"Removed {count_of(len(isotopes), 'isotope label')}: the model does not tell isotopes "
            "apart."
        )


def _neutralise(molecule: Chem.Mol, changes: list[str]) -> Chem.Mol:
    before = _charges(molecule)
    if not before:
        return molecule
    uncharged = rdMolStandardize.Uncharger().uncharge(molecule)
    after = _charges(uncharged)
    changed = sum(before.get(i) != after.get(i) for i in before | after)
    neutral = Chem.MolFromSmiles(Chem.MolToSmiles(uncharged)) if changed else None
    if neutral is None:  # Nothing to do, or an aromatic carbanion, which RDKit leaves broken.
        return molecule
    changes.append(
        f"Neutralised {count_of(changed, 'charged atom')} by adding or removing hydrogens."
    )
    return neutral


def _charges(molecule: Chem.Mol) -> dict[int, int]:
    """Return the charge of each charged atom, by the atom's number."""
    charged = molecule.GetAtomsMatchingQuery(_CHARGED)
    return {atom.GetIdx(): atom.GetFormalCharge() for atom in charged}


def _drop_hydrogens(molecule: Chem.Mol, smiles: str, changes: list[str]) -> Chem.Mol:
    """Remove hydrogens written as atoms, also where RDKit keeps them to mark a double bond."""
    hydrogens = list(molecule.GetAtomsMatchingQuery(_HYDROGEN))
    if any(atom.GetDegree() > 1 or atom.GetFormalCharge() for atom in hydrogens):
        raise InputError(
            "A hydrogen of the molecule is charged or bonded to two atoms: give it one bond and "
            "no charge."
        )
    if hydrogens:
        molecule = Chem.RemoveAllHs(molecule)
    if "[H]" in smiles:
        changes.append(
            f"Removed {count_of(smiles.count('[H]'), 'explicit hydrogen')}: "
            "SMILES implies hydrogens."
        )
    return molecule


def _note_radicals(molecule: Chem.Mol, changes: list[str]) -> None:
    radicals = len(molecule.GetAtomsMatchingQuery(_RADICAL))
    if radicals:
        changes.append(
            f"Kept {count_of(radicals, 'atom')} with unpaired electrons: an atom in brackets has "
            "only the hydrogens written there."
        )
