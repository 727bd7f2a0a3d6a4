import pytest

from dta_demo.inputs.errors import InputError
from dta_demo.kinases.catalogue import load_catalogue
from dta_demo.ui.pooling.map_section import (
    MAX_PROTEINS,
    draw_maps,
    map_numbers,
    read_proteins_to_map,
    work_of_maps,
)
from dta_demo.ui.text import pooling_map as text
from tests.ui.pooling.test_figures import make_map


def test_colours_by_pkd_need_a_pair() -> None:
    with pytest.raises(InputError, match=text.PKD_FIRST):
        draw_maps(object(), None, None, "pkd", "PCA")


def test_proteins_of_a_file_are_not_coloured_by_pkd() -> None:
    with pytest.raises(InputError, match=text.OWN_HAVE_NO_PKD):
        draw_maps(object(), None, (), "pkd", "PCA")


def test_too_many_proteins_are_refused(tmp_path) -> None:
    sequence = load_catalogue()[0].sequence[:60]
    path = tmp_path / "many.fasta"
    path.write_text("".join(f">p{number}\n{sequence}\n" for number in range(MAX_PROTEINS + 1)))
    with pytest.raises(InputError, match=f"At most {MAX_PROTEINS} proteins"):
        read_proteins_to_map(10**7, str(path))


def test_families_are_said_with_their_baselines_where_there_are_any() -> None:
    assert "family" not in map_numbers(make_map())
    words = map_numbers(make_map(families=("TK",) * 30))
    assert "50% under CLS" in words
    assert "30%, and by chance 1.0%" in words


def test_umap_waits_among_the_heavy_requests() -> None:
    assert work_of_maps(None, None, "group", "PCA") == 0
    assert work_of_maps(None, None, "group", "UMAP") > 100_000
