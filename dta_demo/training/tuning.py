"""The second phase: the encoder's last layers trained together with one member.

The frozen layers' output is computed once for each protein; a step runs only the layers that
train. A tuned encoder has seen every pair that its member trained on, so a checkpoint with one
can leave out only one fold.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from torch import Tensor

from dta_demo.encoders.freezing import is_frozen
from dta_demo.encoders.protein import MemoryOptimizedESMEncoder
from dta_demo.encoders.residues import ResidueEmbeddings
from dta_demo.encoders.windows import WINDOW_RESIDUES
from dta_demo.kinases.construct import Construct
from dta_demo.kinases.domains import KinaseDomain
from dta_demo.kinases.known import KnownKinases
from dta_demo.model.region import ProteinRegion, RegionBatch, cut_region
from dta_demo.training.member import MemberTrainer, Network, TrainingTask

ENCODER_LEARNING_RATE = 5e-5
MEMBER_LEARNING_RATE = 2e-4
"""Both far below those of the first phase: the member is trained already."""

KEPT_BYTES = 2 * 2**30
"""Memory that the layers that train may keep of a step for its backward pass: as much as a laptop
has. Beyond it each layer is computed a second time there, which takes a third more time."""


@dataclass(frozen=True)
class TuningWindow:
    """One window of a protein, that of the region that binds.

    Attributes
    ----------
    protein : Construct
        With the window's residues only.
    domain : KinaseDomain or None
        In the numbering of the window.
    hidden : Tensor of float16, shape (residues + 2, hidden)
        Output of the frozen layers.
    """

    protein: Construct
    domain: KinaseDomain | None
    hidden: Tensor


def prepare_windows(
    encoder: MemoryOptimizedESMEncoder, proteins: KnownKinases, wanted: Collection[int]
) -> dict[int, TuningWindow]:
    """Run the frozen layers on the proteins wanted, given by their numbers.

    Of one that is longer than a window, which no kinase domain is, only the first is read.
    """
    encoder.eval()
    windows = {}
    for number in wanted:
        form = proteins[number].form
        letters = form.letters[:WINDOW_RESIDUES]
        (hidden,) = encoder.embed_frozen([letters])
        shortened = replace(form.construct, sequence=letters)
        windows[number] = TuningWindow(shortened, form.domain, hidden.half().cpu())
    return windows


class TuningTrainer(MemberTrainer):
    """Trainer of a member together with the encoder's last layers.

    Parameters
    ----------
    encoder : MemoryOptimizedESMEncoder
        With its last layers unfrozen.
    windows : dict of int to TuningWindow
        From `prepare_windows`, for every protein of the dataset.
    trained : Network
        Result of the first phase, from which the member goes on.
    """

    threads = None  # The products of the encoder's layers are large.

    def __init__(
        self,
        task: TrainingTask,
        encoder: MemoryOptimizedESMEncoder,
        windows: dict[int, TuningWindow],
        trained: Network,
    ) -> None:
        # `build_network` needs them.
        self.encoder, self.windows, self.trained = encoder, windows, trained
        super().__init__(task)

    def build_network(self) -> Network:
        """Build the trained member on top of the encoder."""
        longest = max(len(window.hidden) for window in self.windows.values())
        kept = self.task.settings.batch_proteins * longest * bytes_per_token(self.encoder)
        self.encoder.use_gradient_checkpointing = kept > KEPT_BYTES
        member = self.task.config.build_member()
        member.load_state_dict(self.trained.member.state_dict())
        return Network(member, self.encoder)

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Parameters of the member, and those of the encoder with a lower learning rate."""
        tuned = [weights for weights in self.encoder.parameters() if weights.requires_grad]
        return [
            {"params": list(self.network.member.parameters()), "lr": MEMBER_LEARNING_RATE},
            {"params": tuned, "lr": ENCODER_LEARNING_RATE},
        ]

    def read(self, network: Network, proteins: np.ndarray) -> RegionBatch:
        """Run the layers that train and cut the regions out of their output."""
        assert network.encoder is not None
        return RegionBatch(
            [self._read_window(network.encoder, self.windows[int(number)]) for number in proteins]
        )

    def _read_window(
        self, encoder: MemoryOptimizedESMEncoder, window: TuningWindow
    ) -> ProteinRegion:
        # By itself: padding has to be masked, and with a mask attention takes twice as long.
        embeddings, _ = encoder.run_unfrozen([window.hidden.float()])
        return self.cut(window, embeddings[0])

    def cut(self, window: TuningWindow, embeddings: Tensor) -> ProteinRegion:
        """Cut the region out of the embeddings of a window's tokens, (tokens, hidden)."""
        length = len(window.protein.sequence)
        whole = ResidueEmbeddings(embeddings[1 : length + 1], embeddings[:1], ((1, length),))
        return cut_region(window.protein, whole, window.domain, self.task.config.pocket_columns)


def bytes_per_token(encoder: MemoryOptimizedESMEncoder) -> int:
    """Estimate the memory that the layers that train keep of a token for the backward pass.

    Counted at a layer of ESM-2 with torch's hooks of saved tensors: inputs and outputs of the
    projections and norms, 9 of the hidden size in all, and both sides of the GELU.
    """
    sizes = encoder.esm.config
    layers = sum(not is_frozen(layer) for layer in encoder.esm.encoder.layer)
    return layers * 4 * (9 * sizes.hidden_size + 2 * sizes.intermediate_size)


def tuned_weights(network: Network) -> dict[str, Tensor]:
    """Weights of the tuned encoder, by their names in a checkpoint."""
    assert network.encoder is not None
    state: dict[str, Tensor] = network.encoder.esm.state_dict()
    return {name: weights.detach().clone() for name, weights in state.items()}


def unfreeze(encoder: MemoryOptimizedESMEncoder, layers: int) -> None:
    """Unfreeze the last layers for the second phase."""
    encoder.freeze_esm()
    encoder.unfreeze_esm_layers(num_layers=layers)
