"""The PyTorch and JAX sides of elementwise-gradient.ts."""

from program import Program


def pytorch(data):
    import torch

    z = torch.tensor(data["z"], requires_grad=True)

    def step(_, index):
        value = (torch.tanh(2 * z + 1) * torch.sigmoid(z)).sum()
        (gradient,) = torch.autograd.grad(value, z)
        return value, gradient

    return Program(lambda: None, step, lambda state: [state[0].item(), state[1].square().sum().item()])


def jax_jit(data):
    import jax
    import jax.numpy as jnp

    z = jnp.asarray(data["z"])

    @jax.jit
    @jax.value_and_grad
    def value_and_slope(z):
        return jnp.sum(jnp.tanh(2 * z + 1) * jax.nn.sigmoid(z))

    def report(state):
        value, gradient = state
        return [value, (gradient**2).sum()]

    return Program(lambda: None, lambda _, index: value_and_slope(z), report, settle=jax.block_until_ready)


PROGRAMS = {"pytorch": {"PyTorch": pytorch}, "jax": {"JAX jit": jax_jit}}
