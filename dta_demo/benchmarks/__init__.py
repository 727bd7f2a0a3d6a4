"""What ``python -m dta_demo benchmark`` measures: speed and memory as ratios within one run."""
