"""Training of a checkpoint by one command: `recipe.Recipe` prepares, trains and writes it.

`settings` says what to train; `preparation` reads the data (`pairs`) and encodes proteins;
`cross_validation` trains a member for every job (`jobs`) in one or two `phases`, and
`kernel_cross_validation` the kernel regression beside them; `writing` saves the result. `card`,
`examples` and `starting_weights` are commands of their own, for the model card, the example pairs
and the encoder's weights. `tuning_demo` fine-tunes on few pairs (`tuning_pairs`) while somebody
watches; `tuned_readout` is what it leaves.
"""
