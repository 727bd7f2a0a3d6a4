import pytest
import torch
from transformers import EsmModel

from dta_demo.encoders import stack
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from tests.support.encoders import eager_states, make_config, make_esm

PARTS = [
    "embeddings", "layer_0", "layer_1", "layer_2", "layer_3", "final_layer_norm", "contact_head",
    "readout",
]  # fmt: skip
CLOSE = {"atol": 1e-5, "rtol": 0}


def frozen_parts(encoder):
    status = encoder.get_frozen_status()
    return {name for name, part in status.parts.items() if part.frozen_share == 1.0}


def train_step(encoder, sequences):
    """One step of AdamW over all parameters, with weight decay."""
    encoder.train()
    optimiser = torch.optim.AdamW(encoder.parameters(), lr=0.1, weight_decay=0.5)
    encoder(sequences).pow(2).mean().backward()
    optimiser.step()


def moved(encoder, before):
    return {n for n, p in encoder.named_parameters() if not torch.equal(p, before[n])}


def snapshot(encoder):
    return {name: p.detach().clone() for name, p in encoder.named_parameters()}


def test_the_status_counts_by_part(make_encoder):
    status = make_encoder().get_frozen_status()
    assert list(status.parts) == PARTS
    esm = [part for name, part in status.parts.items() if name != "readout"]
    assert sum(part.total for part in esm) == status.esm.total
    assert status.esm.frozen_share == 1.0
    readout = status.parts["readout"]
    assert (readout.frozen, readout.trainable) == (0, readout.total)
    assert make_encoder(pooling_strategy=None).get_frozen_status().parts["readout"].total == 0


def test_the_8m_model_is_frozen_to_a_third_by_default():
    with torch.device("meta"):
        config = make_config(
            hidden_size=320, num_hidden_layers=6, num_attention_heads=20, intermediate_size=1280
        )
        encoder = MemoryOptimizedESMEncoder.from_esm(EsmModel(config, add_pooling_layer=False))
    assert encoder.get_frozen_status().esm.frozen_share == 1.0
    encoder.unfreeze_esm_layers()
    assert encoder.get_frozen_status().esm.frozen_share == pytest.approx(0.34, abs=0.01)


def test_exactly_the_last_layers_train(make_encoder):
    encoder = make_encoder()
    encoder.unfreeze_esm_layers(2)
    assert frozen_parts(encoder) == {"embeddings", "layer_0", "layer_1", "contact_head"}
    encoder.unfreeze_esm_layers(1, unfreeze_embeddings=True)
    assert frozen_parts(encoder) == {"layer_0", "layer_1", "layer_2", "contact_head"}
    encoder.unfreeze_esm_layers(0, unfreeze_embeddings=True)
    assert frozen_parts(encoder) == {*PARTS} - {"embeddings", "readout"}
    encoder.freeze_esm()
    assert frozen_parts(encoder) == {*PARTS} - {"readout"}


def test_all_can_train_from_the_start(make_encoder):
    assert frozen_parts(make_encoder(freeze_initial=False)) == {"contact_head"}


@pytest.mark.parametrize("number", [-1, 5])
def test_a_number_of_layers_out_of_range_is_refused(number, make_encoder):
    with pytest.raises(ValueError, match="between 0 and 4"):
        make_encoder().unfreeze_esm_layers(number)


def test_frozen_weights_do_not_move(make_encoder, sequences):
    encoder = make_encoder()
    encoder.unfreeze_esm_layers(1)
    before = snapshot(encoder)
    train_step(encoder, sequences)
    changed = moved(encoder, before)
    assert {name.split(".")[0] for name in changed} == {"esm", "projection"}
    trained = ("esm.encoder.layer.3", "esm.encoder.emb_layer_norm_after", "projection")
    assert all(name.startswith(trained) for name in changed)
    assert "esm.encoder.layer.3.attention.self.query.weight" in changed


def test_switching_leaves_nothing_behind(make_encoder, sequences):
    """A gradient from before the freezing must not move a weight after it."""
    encoder = make_encoder()
    encoder.unfreeze_esm_layers(4, unfreeze_embeddings=True)
    encoder.train()
    encoder(sequences).sum().backward()
    encoder.freeze_esm()
    before = snapshot(encoder)
    train_step(encoder, sequences)
    assert not {name for name in moved(encoder, before) if name.startswith("esm.")}

    fresh = make_encoder()
    fresh.train()
    for (name, now), (_, then) in zip(encoder.named_modules(), fresh.named_modules(), strict=True):
        assert now.training == then.training, name
    for (name, now), (_, then) in zip(
        encoder.named_parameters(), fresh.named_parameters(), strict=True
    ):
        assert now.requires_grad == then.requires_grad, name
        assert now.grad is None or not name.startswith("esm."), name


def test_frozen_parts_stay_in_evaluation(sequences):
    """Even where the model has dropout, what is frozen gives the same output while training."""
    esm = make_esm(hidden_dropout_prob=0.5)
    encoder = MemoryOptimizedESMEncoder.from_esm(esm, pooling_strategy=None)
    encoder.unfreeze_esm_layers(2)
    encoder.train()
    first, second = (encoder.embed_frozen(sequences) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    one, two = (encoder.run_unfrozen(first)[0] for _ in range(2))
    assert not torch.equal(one, two)
    encoder.freeze_esm()
    assert not any(module.training for module in encoder.esm.modules())


def gradients_enabled(encoder, sequences):
    """Say for each layer whether it ran with a gradient."""
    seen = []

    def note(module, args):
        seen.append(torch.is_grad_enabled())

    hooks = [layer.register_forward_pre_hook(note) for layer in encoder.esm.encoder.layer]
    output = encoder(sequences)
    for hook in hooks:
        hook.remove()
    return seen, output


def test_no_graph_is_built_for_frozen_parts(make_encoder, sequences):
    encoder = make_encoder(token_budget=10**6).train()
    enabled, output = gradients_enabled(encoder, sequences)
    assert enabled == [False] * 4
    assert output.requires_grad  # the readout trains
    encoder.unfreeze_esm_layers(1)
    assert gradients_enabled(encoder, sequences)[0] == [False, False, False, True]
    encoder.unfreeze_esm_layers(0, unfreeze_embeddings=True)
    assert gradients_enabled(encoder, sequences)[0] == [True] * 4
    with torch.no_grad():
        assert not gradients_enabled(encoder, sequences)[1].requires_grad


def test_trained_embeddings_get_a_gradient_through_frozen_layers(make_encoder, sequences):
    encoder = make_encoder().train()
    encoder.unfreeze_esm_layers(0, unfreeze_embeddings=True)
    encoder(sequences).pow(2).sum().backward()
    assert encoder.esm.embeddings.word_embeddings.weight.grad.abs().sum() > 0
    assert all(p.grad is None for p in encoder.esm.encoder.parameters())


def test_checkpointing_is_for_training_layers_only(make_encoder, sequences, monkeypatch):
    seen = []
    plain = stack.checkpoint

    def spy(layer, *args, **kwargs):
        seen.append(layer)
        return plain(layer, *args, **kwargs)

    monkeypatch.setattr(stack, "checkpoint", spy)
    encoder = make_encoder(token_budget=10**6)
    layers = list(encoder.esm.encoder.layer)
    encoder.train()(sequences)
    assert not seen  # nothing to train
    encoder.unfreeze_esm_layers(2)
    encoder.eval()(sequences)
    assert not seen
    encoder.train()(sequences)
    assert seen == layers[2:]
    encoder.use_gradient_checkpointing = False
    encoder(sequences)
    assert len(seen) == 2


def test_checkpointing_gives_the_same_gradients_for_less_memory(make_encoder, sequences):
    gradients, kept = [], []
    for checkpointing in (True, False):
        encoder = make_encoder(use_gradient_checkpointing=checkpointing, dropout=0.0)
        encoder.unfreeze_esm_layers(3)
        encoder.train()
        size = [0]

        def keep(tensor, size=size):
            size[0] += tensor.numel()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            output = encoder(sequences)
        output.pow(2).sum().backward()
        gradients.append({n: p.grad for n, p in encoder.named_parameters() if p.grad is not None})
        kept.append(size[0])
    assert gradients[0].keys() == gradients[1].keys()
    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradient, gradients[1][name])
    assert kept[0] < kept[1] / 3


# --- The frozen part by itself --------------------------------------------------------------------


@pytest.mark.parametrize("layers", [0, 1, 4])
def test_the_two_halves_make_a_whole(layers, make_encoder, eager, sequences):
    encoder = make_encoder(pooling_strategy=None)
    encoder.unfreeze_esm_layers(layers)
    encoder.train()
    hidden = encoder.embed_frozen(sequences)
    assert [len(part) for part in hidden] == [len(sequence) + 2 for sequence in sequences]
    assert not any(part.requires_grad for part in hidden)
    embeddings, residue_mask = encoder.run_unfrozen(hidden)
    assert embeddings.requires_grad == (layers > 0)
    for row, sequence in enumerate(sequences):
        expected = eager_states(eager, sequence)
        torch.testing.assert_close(embeddings[row, : len(expected)], expected, **CLOSE)
        assert residue_mask[row].nonzero().flatten().tolist() == [*range(1, len(sequence) + 1)]


def test_the_halves_give_the_gradients_of_the_whole(make_encoder, sequences):
    encoder = make_encoder(pooling_strategy="mean", dropout=0.0)
    encoder.unfreeze_esm_layers(2)
    encoder.train()
    encoder(sequences).pow(2).sum().backward()
    weight = encoder.esm.encoder.layer[2].attention.self.query.weight
    whole = weight.grad.clone()
    weight.grad = None
    embeddings, mask = encoder.run_unfrozen(encoder.embed_frozen(sequences))
    encoder.projection(encoder.pooling(embeddings, mask).vector).pow(2).sum().backward()
    torch.testing.assert_close(weight.grad, whole, rtol=1e-3, atol=1e-5)


def test_trained_embeddings_leave_nothing_to_keep(make_encoder):
    encoder = make_encoder()
    encoder.unfreeze_esm_layers(1, unfreeze_embeddings=True)
    with pytest.raises(ValueError, match="embeddings train"):
        encoder.embed_frozen(["ACDE"])


def test_the_frozen_part_takes_windows_only(make_encoder):
    with pytest.raises(ValueError, match="1022"):
        make_encoder().embed_frozen(["A" * 1023])
