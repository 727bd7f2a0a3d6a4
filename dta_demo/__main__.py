"""Entry point of ``python -m dta_demo``."""

import sys

from dta_demo.cli.main import main

sys.exit(main())
