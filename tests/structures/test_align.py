import random

import gemmi
import numpy as np
import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.structures import align
from dta_demo.structures.align import ChainMatch, least_identity, match_chain
from dta_demo.structures.parse import read_structure
from dta_demo.structures.records import Structure
from tests.support.datasets import KINASE
from tests.support.synthetic import HELIX, as_pdb, backbone, helix, structure_of

LETTERS = "ACDEFGHIKLMNPQRSTVWY"


def random_protein(residues: int, seed: int = 0) -> str:
    return "".join(random.Random(seed).choices(LETTERS, k=residues))


def read(structure: gemmi.Structure) -> Structure:
    return read_structure(as_pdb(structure))


def match(structure: gemmi.Structure, sequence: str) -> ChainMatch:
    return match_chain(read(structure), sequence)


def mutate(sequence: str, share: float, seed: int = 1) -> str:
    """Replace a share of the residues, spread evenly, by others."""
    letters, rng = list(sequence), random.Random(seed)
    for place in rng.sample(range(len(letters)), round(share * len(letters))):
        letters[place] = rng.choice(LETTERS.replace(letters[place], ""))
    return "".join(letters)


def test_the_same_numbers_are_said_to_be_the_same() -> None:
    found = match(helix(KINASE), KINASE)
    assert found.places.tolist() == list(range(len(KINASE)))
    assert found.identity == 1
    assert "100.0% identical over 252 aligned residues; 100% of your sequence" in found.notes[0]
    assert found.notes[1:] == ("Residues have the same numbers in the file.",)
    assert found.label(42) == f"{KINASE[41]}42"


def test_another_numbering_is_followed_and_said() -> None:
    found = match(helix(KINASE, first=234), "M" * 20 + KINASE)
    assert found.numbers.tolist() == list(range(21, 273))
    assert "Numbering differs: residue 21 here is 234 in the file." in found.notes
    assert "Without coordinates, so not drawn: 1–20." in found.notes
    assert found.label(21) == f"{KINASE[0]}21 (file {KINASE[0]}234)"
    assert found.number_of_place.tolist() == list(range(21, 273))


def test_residues_that_the_sequence_lacks_stay_without_a_number() -> None:
    tagged = "GSHHHHHHSSG" + KINASE[:100] + "GGSGGSGGS" + KINASE[100:]
    found = match(helix(tagged), KINASE)
    assert found.identity == 1
    unnumbered = np.flatnonzero(found.number_of_place == 0)
    assert unnumbered.tolist() == [*range(11), *range(111, 120)]
    assert "Not in your sequence, so grey: 20 residues of the chain." in found.notes
    assert any("the difference changes along the chain" in note for note in found.notes)


@pytest.mark.parametrize("start", [60, 61, 62, 63, 64, 65])
def test_a_missing_loop_is_missing_where_the_chain_is_broken(start: int) -> None:
    """Letters alone would allow the gap anywhere in the repeat."""
    sequence = KINASE[:60] + "GGGGGGGGGG" + KINASE[60:]
    structure = helix(sequence)
    del structure[0]["A"][start : start + 5]
    found = match(structure, sequence)
    missing = np.flatnonzero(found.places < 0).tolist()
    assert missing == list(range(start, start + 5))
    assert f"Without coordinates, so not drawn: {start + 1}–{start + 5}." in found.notes


def test_a_break_near_an_end_moves_no_gap_beyond_it() -> None:
    structure = helix("GGGGG" + KINASE)
    del structure[0]["A"][1]
    assert match(structure, "GGGGG" + KINASE).identity == 1


def test_a_tag_is_not_aligned_across_a_gap() -> None:
    """The tag's G finds a G ten residues before the domain of ABL1, and an H a Y."""
    before = "GRVYHYRINTASDGKLYVSSESR"
    domain = "FNTLAELVHHHSTVADGLITTLHYPAPKRNKPTVYGVSPNYDKWEMERTDITMKHKLGGGQY"
    found = match(helix("GSHHHHHH" + domain), before + domain)
    assert found.numbers.min() == len(before) + 1


def test_a_short_piece_beyond_a_missing_loop_is_kept() -> None:
    structure = helix(KINASE)
    del structure[0]["A"][12:60]
    found = match(structure, KINASE)
    assert found.numbers.tolist() == [*range(1, 13), *range(61, 253)]


def test_a_tag_is_not_taken_for_other_residues() -> None:
    found = match(
        helix("GSHHHHHHSSG" + KINASE + "EEEEYPYD", first=40), "W" * 30 + KINASE + "PPPKKK"
    )
    assert found.numbers.tolist() == list(range(31, 283))
    assert found.identity == 1
    assert "Numbering differs: residue 31 here is 51 in the file." in found.notes


def test_a_mutation_is_named() -> None:
    mutant = KINASE[:81] + "I" + KINASE[82:]
    assert KINASE[81] != "I"
    found = match(helix(mutant, first=11), KINASE)
    name = f"{KINASE[81]}82 (file I92)"
    assert f"Another residue in the file at 1 place: {name}." in found.notes
    assert found.label(82) == name


def test_an_insertion_code_is_part_of_the_name() -> None:
    structure = helix(KINASE)
    structure[0]["A"][52].seqid = gemmi.SeqId(52, "A")
    found = match(structure, KINASE)
    assert found.label(53) == f"{KINASE[52]}53 (file {KINASE[52]}52A)"
    assert found.label(52) == f"{KINASE[51]}52"


def test_the_chain_that_matches_best_is_chosen_and_the_others_named() -> None:
    other, near = random_protein(300), mutate(KINASE, 0.3)
    chains = {"A": other, "B": near, "C": KINASE, "D": KINASE}
    built = structure_of({k: (s, backbone(len(s), HELIX)) for k, s in chains.items()})
    found = match(built, KINASE)
    assert found.chain.name == "C"
    assert found.identity == 1
    assert "It matches best of 4; not shown: 'A', 'B' and 'D'." in found.notes


def test_the_best_of_very_many_chains_is_found() -> None:
    names = [a + b for a in LETTERS for b in LETTERS][:40]
    chains = {name: random_protein(60, seed) for seed, name in enumerate(names)}
    chains["ZZ"] = mutate(KINASE, 0.4)
    built = structure_of({k: (s, backbone(len(s), HELIX)) for k, s in chains.items()})
    assert match(built, KINASE).chain.name == "ZZ"


@pytest.mark.parametrize("residues", [1, 12, 40, 300, 1500])
@pytest.mark.parametrize("seed", range(5))
def test_another_protein_is_refused(residues: int, seed: int) -> None:
    with pytest.raises(InputError, match=r"another protein: .* at least \d+%? are needed"):
        match(helix(random_protein(residues, seed)), KINASE)


def test_below_30_percent_is_refused_and_above_it_is_not() -> None:
    with pytest.raises(InputError, match=r"is 28% identical .* at least 30% are"):
        match(helix(mutate(KINASE, 0.74)), KINASE)
    found = match(helix(mutate(KINASE, 0.65)), KINASE)
    assert 0.30 <= found.identity < 0.42


def test_short_stretches_need_more_than_long_ones() -> None:
    needed = [least_identity(residues) for residues in (1, 5, 20, 50, 93, 300, 3000)]
    assert needed == sorted(needed, reverse=True)
    assert (needed[1], needed[-1]) == (1.0, 0.30)
    assert match(helix(KINASE[:14]), KINASE).identity == 1


@pytest.mark.parametrize("letter", list("XUOBZ"))
def test_every_letter_of_a_sequence_can_be_aligned(letter: str) -> None:
    sequence = KINASE[:50] + letter + KINASE[51:]
    found = match(helix(KINASE), sequence)
    assert found.places.tolist() == list(range(len(KINASE)))
    assert found.differs(51)


def test_long_proteins_are_aligned() -> None:
    sequence = random_protein(4000)
    built = helix(mutate(sequence[100:3900], 0.4))
    found = match(built, sequence)
    assert (found.places[100:3900] == np.arange(3800)).mean() > 0.99


def test_what_would_take_too_much_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(align, "MAX_CELLS", 252 * 251)
    with pytest.raises(InputError, match="too long to be aligned"):
        match(helix(KINASE), KINASE)
