"""The PyTorch and JAX sides of linear-step.ts."""

from program import Program

LEARNING_RATE = 0.1


def pytorch(data):
    import torch
    from torch.nn import functional as F

    x = torch.from_numpy(data["x"])
    y = torch.from_numpy(data["y"])

    def start():
        w = torch.tensor(data["w"], requires_grad=True)
        return w, torch.optim.SGD([w], lr=LEARNING_RATE), None

    def step(state, index):
        w, optimizer, _ = state
        loss = F.mse_loss(x @ w, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return w, optimizer, loss

    def report(state):
        w, _, loss = state
        return [loss.item(), w.square().sum().item()]

    return Program(start, step, report)


def jax_jit(data):
    import jax
    import jax.numpy as jnp

    x = jnp.asarray(data["x"])
    y = jnp.asarray(data["y"])

    def mean_squared_error(w, x, y):
        return jnp.mean((x @ w - y) ** 2)

    @jax.jit(donate_argnums=0)
    def sgd_step(w, x, y):
        loss, gradient = jax.value_and_grad(mean_squared_error)(w, x, y)
        return w - LEARNING_RATE * gradient, loss

    def start():
        return jnp.array(data["w"]), None

    def step(state, index):
        return sgd_step(state[0], x, y)

    def report(state):
        w, loss = state
        return [loss, (w**2).sum()]

    return Program(start, step, report, settle=jax.block_until_ready)


PROGRAMS = {"pytorch": {"PyTorch": pytorch}, "jax": {"JAX jit": jax_jit}}
