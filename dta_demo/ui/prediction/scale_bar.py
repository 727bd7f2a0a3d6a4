"""The pKd scale under a result: bands, interval, prediction and measured value."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from dta_demo.results.prediction import Prediction
from dta_demo.results.units import format_pkd, kd_of, say_interval
from dta_demo.ui.shared.formatting import shown_pkd
from dta_demo.ui.text import prediction as text


@dataclass(frozen=True)
class Scale:
    """A range of pKd drawn from left to right.

    Attributes
    ----------
    low, high : float
        The ends; values outside are drawn at the nearest end.
    """

    low: float
    high: float

    @classmethod
    def over(cls, label_range: tuple[float, float]) -> Scale:
        """Scale over the training labels, rounded outwards to whole units."""
        return cls(float(math.floor(label_range[0])), float(math.ceil(label_range[1])))

    def percent(self, pkd: float) -> float:
        """Position of a pKd, from 0 to 100."""
        inside = min(max(pkd, self.low), self.high)
        return round(100 * (inside - self.low) / (self.high - self.low), 2)


def strength(pkd: float) -> str:
    """Word for the band that a pKd lies in: tight, moderate or weak."""
    return next(word for lowest, word, _ in text.BANDS if pkd >= lowest)


def scale_bar(prediction: Prediction, measured: float | None, scale: Scale) -> Markup:
    """Draw a prediction on the scale.

    Parameters
    ----------
    prediction : Prediction
        The value and its interval.
    measured : float or None
        A measured pKd to mark beside it.
    scale : Scale
        Where the bar starts and ends.

    Returns
    -------
    markupsafe.Markup
        An element of class ``dta-scale``, numbers and fixed words only.
    """
    low, high = (scale.percent(end) for end in prediction.interval)
    marks = Markup(
        '<i class="dta-interval" style="left:{low}%;width:{width}%"></i>'
        '<i class="dta-point" style="left:{point}%"></i>'
    ).format(low=low, width=round(high - low, 2), point=scale.percent(prediction.affinity))
    if measured is not None:
        marks += Markup('<i class="dta-measured" style="left:{}%"></i>').format(
            scale.percent(measured)
        )
    return Markup(
        '<div class="dta-scale"><div class="dta-track" role="img" aria-label="{label}">'
        '{bands}{marks}</div><div class="dta-ticks" aria-hidden="true">{ticks}</div>'
        '<div class="dta-legend" aria-hidden="true">{legend}</div></div>'
    ).format(
        label=_description(prediction, measured, scale),
        bands=_bands(scale),
        marks=marks,
        ticks=_ticks(scale),
        legend=_legend(_predicted(prediction), measured is not None),
    )


def _bands(scale: Scale) -> Markup:
    """Shade weak, moderate and tight, with the word in each."""
    bands, upper = Markup(), scale.high
    for lowest, word, meaning in text.BANDS:
        start = max(lowest, scale.low)
        bands += Markup(
            '<b class="dta-band dta-band-{word}" title="{meaning}" '
            'style="left:{left}%;width:{width}%">{word}</b>'
        ).format(
            word=word,
            meaning=meaning,
            left=scale.percent(start),
            width=round(scale.percent(upper) - scale.percent(start), 2),
        )
        upper = start
    return bands


def _ticks(scale: Scale) -> Markup:
    """Write pKd and, below it, the Kd at each whole unit."""
    return Markup().join(
        Markup('<span style="left:{left}%">{pkd}<small>{kd}</small></span>').format(
            left=scale.percent(pkd), pkd=pkd, kd=kd_of(pkd).replace(".0 ", " ")
        )
        for pkd in range(int(scale.low), int(scale.high) + 1)
    )


def _predicted(prediction: Prediction) -> str:
    """Name of the point: outside the training domain a prediction is a guess."""
    inside = prediction.applicability.in_domain
    return text.LEGEND_PREDICTED if inside else text.LEGEND_GUESS


def _legend(predicted: str, measured: bool) -> Markup:
    entries = [("point", predicted), ("interval", text.LEGEND_INTERVAL)]
    if measured:
        entries.append(("measured", text.LEGEND_MEASURED))
    return Markup().join(
        Markup('<span><i class="dta-key dta-{kind}"></i>{word}</span>').format(kind=kind, word=word)
        for kind, word in entries
    )


def _description(prediction: Prediction, measured: float | None, scale: Scale) -> str:
    """Description of the bar for screen readers."""
    known = "" if measured is None else text.SCALE_MEASURED.format(pkd=format_pkd(measured))
    return text.SCALE_LABEL.format(
        low=f"{scale.low:g}",
        high=f"{scale.high:g}",
        predicted=_predicted(prediction),
        value=shown_pkd(prediction, prediction.affinity),
        interval=say_interval(prediction.interval, prediction.floor),
        measured=known,
    )
