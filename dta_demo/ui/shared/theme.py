"""The theme of the page, whose contrast passes WCAG AA in light and dark."""

from __future__ import annotations

import gradio as gr

WEIGHTS = (400, 700)
"""The weights that Gradio 6.31 bundles whole; its semi-bold files lack most letters."""

VARIABLES = {
    "body_background_fill": "*neutral_50",
    "body_background_fill_dark": "#0b1220",
    "body_text_color": "*neutral_900",
    "body_text_color_dark": "*neutral_100",
    "body_text_color_subdued": "*neutral_600",
    "body_text_color_subdued_dark": "*neutral_300",
    "background_fill_primary": "white",
    "background_fill_primary_dark": "#111a2c",
    "background_fill_secondary": "*neutral_100",
    "background_fill_secondary_dark": "#17223a",
    "border_color_primary": "*neutral_200",
    "border_color_primary_dark": "#2b3a55",
    "block_background_fill": "white",
    "block_background_fill_dark": "#111a2c",
    "block_border_width": "1px",
    "block_label_text_color": "*neutral_700",
    "block_label_text_color_dark": "*neutral_200",
    "block_title_text_color": "*neutral_800",
    "block_title_text_color_dark": "*neutral_100",
    "block_title_text_weight": "600",
    "block_info_text_color": "*neutral_600",
    "block_info_text_color_dark": "*neutral_300",
    "input_background_fill": "white",
    "input_background_fill_dark": "#0b1220",
    "input_border_color": "*neutral_400",
    "input_border_color_dark": "*neutral_500",
    "input_placeholder_color": "*neutral_500",
    "input_placeholder_color_dark": "*neutral_400",
    "link_text_color": "*primary_700",
    "link_text_color_dark": "*primary_300",
    "color_accent": "*primary_700",
    "button_primary_background_fill": "*primary_700",
    "button_primary_background_fill_dark": "*primary_700",
    "button_primary_background_fill_hover": "*primary_800",
    "button_primary_background_fill_hover_dark": "*primary_800",
    "button_secondary_background_fill": "*neutral_200",
    "button_secondary_background_fill_dark": "#2b3a55",
    "button_secondary_text_color": "*neutral_900",
    "button_secondary_text_color_dark": "*neutral_100",
    "table_even_background_fill": "white",
    "table_even_background_fill_dark": "#111a2c",
    "table_odd_background_fill": "*neutral_50",
    "table_odd_background_fill_dark": "#17223a",
}
"""Variables of Gradio's theme; those that end in ``_dark`` hold in dark mode."""


def build_theme() -> gr.themes.Base:
    """Gradio's default theme in teal and slate; the app serves its fonts."""
    fonts = gr.themes.utils.fonts
    theme = gr.themes.Default(
        primary_hue=gr.themes.colors.teal,
        secondary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        radius_size=gr.themes.sizes.radius_md,
        font=(fonts.LocalFont("Source Sans Pro", weights=WEIGHTS), "system-ui", "sans-serif"),
        font_mono=(fonts.LocalFont("IBM Plex Mono", weights=WEIGHTS), "monospace"),
    )
    return theme.set(**VARIABLES)
