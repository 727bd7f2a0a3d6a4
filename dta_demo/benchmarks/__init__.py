"""Benchmarks of speed and memory: ``python -m dta_demo benchmark`` and its table.

`runner` runs them by name: `attention`, `predict`, `length`, `batch`, `screen`, `profile`, `scan`,
`start`, `page`, `load` and `train`, each with a reference measured in the same run. They share
`records` of figures, `timing`, `memory_probe`, `samples` to measure with, `peers` to compare with,
and `app_process` and `chromium` to run the page.
"""
