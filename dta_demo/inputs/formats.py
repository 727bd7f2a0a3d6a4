"""Notations of proteins and molecules, and telling one from another.

FASTA and GenBank records are reduced to the lines of a sequence. A molecule in the protein's
place, a protein in the molecule's, DNA, InChI, SD files and plain names are recognised and refused.
"""

from __future__ import annotations

import re
from collections import Counter

from rdkit import Chem

from dta_demo.inputs.errors import InputError, NoSequenceError, NoSmilesError
from dta_demo.inputs.molecule_size import CARBON
from dta_demo.inputs.rdkit_log import quiet_rdkit
from dta_demo.inputs.smiles_text import MAX_SMILES_CHARACTERS
from dta_demo.inputs.text import MAX_NAME_CHARACTERS
from dta_demo.inputs.wording import first_few, plain_line, quote

_INCHI_KEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]\b")
_PROTEIN = re.compile(r"(?:[A-Z]{20,}|[A-Za-z]{40,})\*?")
_ACCESSION = re.compile(
    r"[OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9](?:[A-Z][A-Z0-9]{2}[0-9]){1,2}", re.IGNORECASE
)
"""UniProt accessions (https://www.uniprot.org/help/accession_numbers)."""

_WORD = re.compile(r"[A-Za-z0-9,'-]+")
_SMILES_LETTER = re.compile(r"Cl|Br|[BCNOPSFIHbcnops]")


def first_record(lines: list[str], changes: list[str]) -> tuple[str, list[str]]:
    """Find the first protein of a text.

    Parameters
    ----------
    lines : list of str
        The visible lines of FASTA, of a GenBank record or of a plain sequence; at least one.
    changes : list of str
        The receipt, to which records that are left out are added.

    Returns
    -------
    name : str
        The FASTA header as plain text, or empty.
    body : list of str
        The lines of the sequence; at least one.

    Raises
    ------
    InputError
        If the record holds no sequence.
    """
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
    """Find the lines between ``ORIGIN`` and ``//``; all lines where neither is there."""
    start = lines.index("ORIGIN") + 1 if "ORIGIN" in lines else 0
    ends = (i for i, line in enumerate(lines) if i >= start and line.startswith("//"))
    block = lines[start : next(ends, len(lines))]
    if not block:
        raise InputError("The GenBank record has no sequence between ORIGIN and //.")
    if len(block) < len(lines):
        changes.append("Read only the sequence block of the GenBank record (ORIGIN to //).")
    return block


def refuse_molecule(body: list[str]) -> None:
    """Refuse a molecule in the protein's place.

    Letters alone may be either, so half of the atoms must be carbon: no protein is half
    cysteine. The first of several words counts only if it has signs that no protein has.
    """
    token, *more = body[0].split()
    may_be = token.isascii() and len(token) <= MAX_SMILES_CHARACTERS
    if not may_be or (token.isalpha() and (more or len(body) > 1)):
        return
    with quiet_rdkit():
        molecule = Chem.MolFromSmiles(token, sanitize=False)
    if molecule is None:
        return
    carbons = len(molecule.GetAtomsMatchingQuery(CARBON))
    if carbons and 2 * carbons >= molecule.GetNumAtoms():
        raise InputError(
            f"This is a molecule ({quote(token)}): put it in the molecule's place and give a "
            "protein sequence here."
        )


def refuse_nucleotides(letters: str) -> None:
    """Refuse DNA and RNA in the protein's place."""
    if _is_nucleotide(letters):
        raise InputError(
            "This looks like DNA or RNA (at least 90% of the letters are A, C, G, T, U or N): "
            "give the translated protein sequence."
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


def refuse_words(letters: str, body: list[str]) -> None:
    """Refuse words in the protein's place, by their letters O.

    Pyrrolysine comes once in a few microbial enzymes; O is every thirteenth letter of English.
    """
    if letters.count("O") >= max(2, 0.04 * len(letters)):
        raise NoSequenceError(
            f"{quote(' '.join(body))} reads like words, not like a protein sequence."
        )


def refuse_other_formats(lines: list[str]) -> None:
    """Refuse InChI, mol and SD files and proteins in the molecule's place."""
    first = lines[0]
    if first.lower().startswith("inchi=") or _INCHI_KEY.match(first):
        raise InputError(
            "This is an InChI or InChIKey: give the molecule as SMILES, such as "
            "CC(=O)Oc1ccccc1C(=O)O."
        )
    if any(line == "M  END" or line.endswith(("V2000", "V3000")) for line in lines):
        raise InputError(
            "This is a part of a mol or SD file: give all of it, from the title on, or SMILES."
        )
    if first.startswith(">") or (_PROTEIN.fullmatch(first) and has_other_letters(first)):
        raise InputError(
            f"This is a protein ({quote(first)}): put it in the protein's place and give the "
            "molecule as SMILES here."
        )


def refuse_name(line: str) -> None:
    """Refuse a molecule's name or number, once RDKit has found it to be no SMILES."""
    word = line.split(None, 1)[0]
    letters = sum(map(str.isalpha, word))
    if _WORD.fullmatch(word) and (letters == 0 or (letters > 3 and has_other_letters(word))):
        raise NoSmilesError(
            f"{quote(line)} reads like a name, number or sequence: give the molecule as SMILES, "
            "such as CC(=O)Oc1ccccc1C(=O)O."
        )


def is_accession(text: str) -> bool:
    """Tell whether a text is written as a UniProt accession is."""
    return bool(_ACCESSION.fullmatch(text.strip()))


def has_other_letters(text: str) -> bool:
    """Tell whether more of the letters than a slip explains stand for no atom in SMILES."""
    letters = [char for char in text if char.isalpha()]
    others = [char for char in _SMILES_LETTER.sub("", text) if char.isalpha()]
    return len(others) > 0.25 * len(letters)
