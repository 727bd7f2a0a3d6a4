"""The header of the page, and the note on a result that is out of date, as HTML."""

from __future__ import annotations

from markupsafe import Markup

from dta_demo.predictor.model_info import ModelInfo
from dta_demo.ui.text import page as text


def header(info: ModelInfo) -> Markup:
    """Draw the heading of the page, with the model and its error.

    Before it is a link past the boxes, and the place where a screen reader hears of results.
    """
    chips = [
        info.encoder,
        text.CHIP_MSE.format(mse=f"{info.cross_validation['mse']:.3f}"),
        text.CHIP_DEVICE.format(device=info.device),
    ]
    return Markup(
        '<a class="dta-skip" href="#results">{skip}</a><p id="said" role="status"></p>'
        '<header class="dta-header"><h1>{heading}</h1><p>{tagline}</p><div>{chips}</div></header>'
    ).format(
        skip=text.SKIP,
        heading=text.HEADING,
        tagline=text.TAGLINE,
        chips=Markup().join(
            Markup('<span class="dta-chip">{}</span>').format(chip) for chip in chips
        ),
    )


def stale_banner(stale: bool) -> Markup:
    """Say that the boxes have changed since the result, or nothing."""
    if not stale:
        return Markup()
    return Markup('<div class="dta-stale" role="status">{}</div>').format(text.STALE)
