"""The web page: layout, tabs, figures, drawings and words; no model code."""
