"""The trained model: networks and kernel regression, and the ensemble that blends them.

`region` cuts out of an encoded protein what is read of it; `member` is one network, `network` all
of them with their ESM-2 encoder and checkpoint (`config`), `stacked_members` the same at once.
`kernel_regression` works on a `panel` of measured pairs by their `similarities`, `ensemble`
blends both, and `pair_function` is that blend as a differentiable function.
"""
