"""The PyTorch and JAX sides of matmul.ts."""

from program import Program


def fingerprint(c):
    return [(c**2).sum(), c[0, 1], c[-1, -2]]


def pytorch(data):
    import torch

    a = torch.from_numpy(data["a"])
    b = torch.from_numpy(data["b"])
    return Program(lambda: None, lambda _, index: a @ b, fingerprint)


def jax_jit(data):
    import jax
    import jax.numpy as jnp

    a = jnp.asarray(data["a"])
    b = jnp.asarray(data["b"])
    return Program(lambda: None, lambda _, index: jnp.matmul(a, b), fingerprint, settle=jax.block_until_ready)


PROGRAMS = {"pytorch": {"PyTorch": pytorch}, "jax": {"JAX jit": jax_jit}}
