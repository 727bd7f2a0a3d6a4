import pytest
import torch
from transformers import EsmTokenizer

from dta_demo.encoders.tokens import ESM2_VOCABULARY, ResidueTokenizer, mask_residues, padded_width


def test_the_ids_are_those_of_the_library(esm_folder, sequences):
    reference = EsmTokenizer.from_pretrained(esm_folder)
    texts = [*sequences, "LAGVSERTIDPKQNFYMHWCXBUZO.-"]
    expected = reference(texts, padding=True, return_tensors="pt")
    found = ResidueTokenizer()(texts)
    width = expected["input_ids"].shape[1]
    assert torch.equal(found.ids[:, :width], expected["input_ids"])
    assert torch.equal(found.attention_mask[:, :width], expected["attention_mask"].bool())
    assert found.lengths == tuple(len(text) for text in texts)


def test_an_unknown_letter_is_one_token():
    ids = ResidueTokenizer()(["AJ1é中A"]).ids[0]
    known = ESM2_VOCABULARY.index("A")
    assert ids[:8].tolist() == [0, known, 3, 3, 3, 3, known, 2]


def test_a_folder_brings_its_own_vocabulary(tmp_path):
    (tmp_path / "vocab.txt").write_text("<pad>\n<cls>\n<eos>\n<unk>\nA\nC", encoding="utf-8")
    tokenizer = ResidueTokenizer.from_folder(tmp_path)
    assert tokenizer.size == 6
    batch = tokenizer(["CA", "W"])
    assert batch.ids[:, :4].tolist() == [[1, 5, 4, 2], [1, 3, 2, 0]]


def test_a_folder_without_a_vocabulary_has_that_of_esm2(tmp_path):
    assert ResidueTokenizer.from_folder(tmp_path).size == 33


def test_a_vocabulary_needs_its_special_tokens():
    with pytest.raises(ValueError, match="<eos>"):
        ResidueTokenizer(["<cls>", "<pad>", "<unk>", "A"])


def test_the_residue_mask_leaves_special_tokens_and_padding_out():
    mask = mask_residues([3, 1], width=6, device=torch.device("cpu"))
    assert mask.int().tolist() == [[0, 1, 1, 1, 0, 0], [0, 1, 0, 0, 0, 0]]


@pytest.mark.parametrize(("tokens", "width"), [(3, 16), (16, 16), (17, 32), (128, 128), (514, 514)])
def test_short_batches_are_padded_to_full_vectors(tokens, width):
    assert padded_width(tokens) == width
