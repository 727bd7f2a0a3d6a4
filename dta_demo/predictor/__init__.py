"""The one door to the trained model: `predictor.AffinityPredictor`.

It loads a checkpoint and predicts pairs, screens, controls, poolings and attention; behind it each
of these has a file of its own, over one `loaded_model.LoadedModel` and one cache of encoded
proteins (`encoding`). Measured pairs are predicted and assessed through `panel`, and what the
model is stands in `model_info`.
"""
