"""The pooling tab: the four ways to pool a protein into one vector, side by side.

`figures` draws their predictions, similarity and weights, `scores` tabulates their cross-validated
accuracy, and `tab` lays them out.
"""
