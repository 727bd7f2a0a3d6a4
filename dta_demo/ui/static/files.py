"""Paths of the static files."""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).resolve().parent

STYLE_SHEET = STATIC / "page.css"
ACCESSIBLE_SCRIPT = STATIC / "accessible.js"
RESIDUE_SCRIPT = STATIC / "residue_axes.js"
KEYBOARD_SCRIPT = STATIC / "keyboard.js"
LINKS_SCRIPT = STATIC / "links.js"
REPORT_TEMPLATE = STATIC / "report.html"
SKETCHER_FRAME = STATIC / "sketcher_frame.html"
SKETCHER_LISTEN = STATIC / "sketcher_listen.js"
TOUR_SCRIPT = STATIC / "tour.js"
VIEWER_FRAME = STATIC / "viewer_frame.html"
VIEWER_PROBE = STATIC / "viewer_probe.js"
