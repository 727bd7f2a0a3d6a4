"""Evaluation on measured pairs: metrics, splits, baselines, intervals and plots.

`evaluate` scores a checkpoint on a dataset and `cold_split` the recipe on molecules or targets
left out, each beside the `baselines`. Behind them are the `metrics`, the `splits`, the
`calibration` of intervals, the `diagnostics` with one side made meaningless, and the `report`.
"""
