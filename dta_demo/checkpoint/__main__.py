"""Seal checkpoints: ``python -m dta_demo.checkpoint FOLDER ...``."""

import sys
from pathlib import Path

from dta_demo.checkpoint.files import CheckpointError, seal

for folder in sys.argv[1:]:
    try:
        seal(Path(folder))
    except (CheckpointError, OSError) as fault:
        sys.exit(f"dta_demo: {fault}")
