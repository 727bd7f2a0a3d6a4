"""Paths of the checkout and of the shared data."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "assets" / "examples.json"
SHARED_DATA = ROOT.parent / "shared" / "data"
