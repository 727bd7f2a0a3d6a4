"""Encoders of protein sequences and molecules, and all that is read from ESM-2.

`protein` has `MemoryOptimizedESMEncoder`, put together from `freezing`, `attention_maps` and
`batching`; `drug` has the drug encoder, and `base` what both share. Below them, `stack` runs
ESM-2's layers and `passes` whole batches, `pooling` makes one vector of a protein, `windows` and
`truncation` divide long sequences, and `contacts` corrects attention maps.  `inspection` tabulates
what trains, and `step_memory` what a training step takes.
"""
