"""Files of a checkpoint folder, refused in one sentence when they are damaged or foreign.

`seal` writes and checks the digest of every file, and `reading` reads JSON, arrays, the kinase
profile and the training record. `checks` tests single values and holds `CheckpointError`.
"""
