"""The PyTorch and JAX sides of bandwidth.ts."""

from program import Program


def fingerprint(result):
    import numpy as np

    flat = np.asarray(result).ravel()
    return [(flat.astype("float64") ** 2).sum(), flat[1], flat[-2]]


def pytorch(f):
    def make(data):
        import torch

        x = torch.from_numpy(data["x"])
        return Program(lambda: None, lambda _, index: f(x), fingerprint)

    return {"PyTorch": make}


def jax_jit(f):
    def make(data):
        import jax
        import jax.numpy as jnp

        x = jnp.asarray(data["x"])
        compiled = jax.jit(f)
        return Program(lambda: None, lambda _, index: compiled(x), fingerprint, settle=jax.block_until_ready)

    return {"JAX jit": make}


def jax_softmax(x):
    import jax

    return jax.nn.softmax(x)


PROGRAMS = {
    "sum-rows": {"pytorch": pytorch(lambda x: x.sum(1)), "jax": jax_jit(lambda x: x.sum(1))},
    "sum-columns": {"pytorch": pytorch(lambda x: x.sum(0)), "jax": jax_jit(lambda x: x.sum(0))},
    "max-rows": {"pytorch": pytorch(lambda x: x.amax(1)), "jax": jax_jit(lambda x: x.max(1))},
    "max-columns": {"pytorch": pytorch(lambda x: x.amax(0)), "jax": jax_jit(lambda x: x.max(0))},
    "softmax": {"pytorch": pytorch(lambda x: x.softmax(1)), "jax": jax_jit(jax_softmax)},
}
