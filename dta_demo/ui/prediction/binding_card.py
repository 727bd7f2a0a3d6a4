"""Whether a pair binds and how tightly if it does: chances on a bar, and the affinity if bound."""

from __future__ import annotations

from markupsafe import Markup

from dta_demo.results.prediction import Binding, Prediction, say_chance
from dta_demo.results.units import format_pkd, kd_of
from dta_demo.ui.text import prediction as text
from dta_demo.ui.text import shared as shared_text


def number_block(css_class: str, value: str, label: str, below: str) -> Markup:
    """Write one number of a result: its label, the value, and a word below it."""
    return Markup(
        '<div class="dta-number {css_class}"><span>{label}</span><strong>{value}</strong>'
        "<small>{below}</small></div>"
    ).format(css_class=css_class, value=value, label=label, below=below)


def binding_section(prediction: Prediction) -> Markup:
    """Draw the part of a result on binding; empty where the checkpoint does not predict it.

    Outside the training domain every number is called a guess, and the style sheet mutes it.
    """
    binding = prediction.binding
    if binding is None:
        return Markup()
    return Markup(
        '<section class="dta-binding"><h3>{title}</h3>{numbers}{bar}<p>{sentence}</p></section>'
    ).format(
        title=text.BINDING_TITLE,
        numbers=_numbers(prediction, binding),
        bar=chance_bar(prediction, binding),
        sentence=prediction.binding_explained,
    )


def _numbers(prediction: Prediction, binding: Binding) -> Markup:
    """Write the two chances, then the affinity if bound with its interval, in pKd and in Kd."""
    inside = prediction.applicability.in_domain
    active_kd, floor_kd = kd_of(binding.active_from), kd_of(prediction.floor)
    meanings = (text.CHANCE_BINDS_MEANS.format(kd=floor_kd), text.KD_AT_MOST.format(kd=active_kd))
    binds_means, active_means = meanings if inside else (text.GUESS_WORD, text.GUESS_WORD)
    low, high = binding.interval_if_bound
    level = f"{prediction.level:.0%}"
    figures = (
        (say_chance(binding.probability_binds), text.CHANCE_BINDS, binds_means),
        (say_chance(binding.probability_active), _chance_active(binding), active_means),
        (
            format_pkd(binding.affinity_if_bound),
            text.IF_BOUND,
            text.KD_VALUE.format(kd=kd_of(binding.affinity_if_bound)),
        ),
        (
            shared_text.RANGE.format(low=format_pkd(low), high=format_pkd(high)),
            text.INTERVAL_IF_BOUND.format(level=level),
            shared_text.KD_RANGE.format(low=kd_of(high), high=kd_of(low)),
        ),
    )
    return Markup('<div class="dta-numbers">{}</div>').format(
        Markup().join(number_block("", *figure) for figure in figures)
    )


def _chance_active(binding: Binding) -> str:
    return text.CHANCE_ACTIVE.format(pkd=f"{binding.active_from:g}")


def chance_bar(prediction: Prediction, binding: Binding) -> Markup:
    """Draw both chances on one bar, that of the active pair in front.

    Returns
    -------
    markupsafe.Markup
        An element of class ``dta-chance``, numbers and fixed words only.
    """
    inside = prediction.applicability.in_domain
    words = (text.CHANCE_BINDS, _chance_active(binding))
    label = (text.CHANCE_LABEL if inside else text.CHANCE_LABEL_GUESS).format(
        binds=say_chance(binding.probability_binds),
        pkd=f"{binding.active_from:g}",
        active=say_chance(binding.probability_active),
    )
    kinds = ("binds", "active")
    chances = (binding.probability_binds, binding.probability_active)
    bars = Markup().join(
        Markup('<i class="dta-{}" style="width:{}%"></i>').format(kind, round(100 * chance, 1))
        for kind, chance in zip(kinds, chances, strict=True)
    )
    keys = Markup().join(
        Markup('<span><i class="dta-key dta-{}"></i>{}</span>').format(kind, word)
        for kind, word in zip(kinds, words, strict=True)
    )
    return Markup(
        '<div class="dta-chance"><div class="dta-chance-track" role="img" aria-label="{}">{}</div>'
        '<div class="dta-legend" aria-hidden="true">{}</div></div>'
    ).format(label, bars, keys)
