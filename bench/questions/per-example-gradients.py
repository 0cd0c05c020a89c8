"""The PyTorch and JAX sides of per-example-gradients.ts."""

import importlib

from program import Program

mlp = importlib.import_module("mlp-step")


def pytorch(data):
    import torch
    from torch.func import grad, vmap

    xs = torch.from_numpy(data["x"]).unbind()
    labels = torch.from_numpy(data["labels"]).long().unbind()
    params = [torch.from_numpy(data[name]) for name in mlp.WEIGHTS]

    def of_example(params, x, label):
        return mlp.torch_cross_entropy(params, x[None], label[None])

    gradients = vmap(grad(of_example), in_dims=(None, 0, 0))
    return Program(
        lambda: None,
        lambda _, index: gradients(params, xs[index % mlp.BATCHES], labels[index % mlp.BATCHES]),
        lambda result: [g.double().square().sum().item() for g in result],
    )


def jax_jit(data):
    import jax
    import jax.numpy as jnp
    import numpy as np

    xs = list(jnp.asarray(data["x"]))
    labels = list(jnp.asarray(data["labels"]))
    params = {name: jnp.array(data[name]) for name in mlp.WEIGHTS}

    def of_example(params, x, label):
        return mlp.jax_cross_entropy(params, x[None], label[None])

    gradients = jax.jit(jax.vmap(jax.grad(of_example), in_axes=(None, 0, 0)))
    return Program(
        lambda: None,
        lambda _, index: gradients(params, xs[index % mlp.BATCHES], labels[index % mlp.BATCHES]),
        lambda result: [(np.asarray(result[name], "float64") ** 2).sum() for name in mlp.WEIGHTS],
        settle=jax.block_until_ready,
    )


PROGRAMS = {"pytorch": {"PyTorch functorch": pytorch}, "jax": {"JAX jit": jax_jit}}
