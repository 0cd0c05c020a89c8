"""The PyTorch and JAX sides of mlp-hvp.ts."""

import importlib

from program import Program

mlp = importlib.import_module("mlp-step")


def report_of(data):
    def report(product):
        pairs = [(np_array(p), data[f"v_{name}"]) for name, p in zip(mlp.WEIGHTS, product)]
        return [sum((p * v).sum() for p, v in pairs), sum((p**2).sum() for p, _ in pairs)]

    return report


def np_array(values):
    import numpy as np

    return np.asarray(values, dtype="float64")


def pytorch(data):
    import torch
    from torch.func import grad, jvp

    xs = torch.from_numpy(data["x"]).unbind()
    labels = torch.from_numpy(data["labels"]).long().unbind()
    params = tuple(torch.from_numpy(data[name]) for name in mlp.WEIGHTS)
    vector = tuple(torch.from_numpy(data[f"v_{name}"]) for name in mlp.WEIGHTS)

    def step(_, index):
        gradient = grad(lambda params: mlp.torch_cross_entropy(params, xs[index % mlp.BATCHES], labels[index % mlp.BATCHES]))
        return jvp(gradient, (params,), (vector,))[1]

    return Program(lambda: None, step, report_of(data))


def pytorch_reverse(data):
    """Reverse over reverse, with the graph of the gradient: what most users of PyTorch write."""
    import torch

    xs = torch.from_numpy(data["x"]).unbind()
    labels = torch.from_numpy(data["labels"]).long().unbind()
    params = [torch.tensor(data[name], requires_grad=True) for name in mlp.WEIGHTS]
    vector = [torch.from_numpy(data[f"v_{name}"]) for name in mlp.WEIGHTS]

    def step(_, index):
        loss = mlp.torch_cross_entropy(params, xs[index % mlp.BATCHES], labels[index % mlp.BATCHES])
        gradient = torch.autograd.grad(loss, params, create_graph=True)
        return torch.autograd.grad(gradient, params, vector)

    return Program(lambda: None, step, report_of(data))


def jax_jit(data):
    import jax
    import jax.numpy as jnp

    xs = list(jnp.asarray(data["x"]))
    labels = list(jnp.asarray(data["labels"]))
    params = {name: jnp.array(data[name]) for name in mlp.WEIGHTS}
    vector = {name: jnp.array(data[f"v_{name}"]) for name in mlp.WEIGHTS}

    @jax.jit
    def product(params, vector, x, labels):
        return jax.jvp(lambda p: jax.grad(mlp.jax_cross_entropy)(p, x, labels), (params,), (vector,))[1]

    report = report_of(data)
    return Program(
        lambda: None,
        lambda _, index: product(params, vector, xs[index % mlp.BATCHES], labels[index % mlp.BATCHES]),
        lambda result: report([result[name] for name in mlp.WEIGHTS]),
        settle=jax.block_until_ready,
    )


PROGRAMS = {
    "pytorch": {"PyTorch": pytorch_reverse, "PyTorch jvp(grad)": pytorch},
    "jax": {"JAX jit": jax_jit},
}
