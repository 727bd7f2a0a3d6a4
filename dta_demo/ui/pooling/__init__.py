"""The pooling tab: the four ways to pool a protein into one vector, side by side.

`figures` and `map_figure` draw their predictions, similarity and weights and the maps of many
proteins, `descriptions` puts the drawings into words, `scores` tabulates their cross-validated
accuracy, and `tab` lays them out.
"""
