"""Trust in a prediction: interval, group, nearest training examples and applicability.

`assessment.Trust.assess` is the one call that answers all four, from the intervals of
`calibration`, the training molecules and targets of `reference` and the rule of `applicability`.
`controls` holds the other check: the same protein with its residues shuffled.
"""
