"""From the data to the committed checkpoint: recipe, metrics, calibration, baselines."""
