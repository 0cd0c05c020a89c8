"""The PyTorch and JAX sides of tiny-step.ts."""

from program import Program

WEIGHTS = ["w1", "b1", "w2", "b2", "w3", "b3"]
BATCHES = 100
LEARNING_RATE = 0.1


def pytorch(data):
    import torch
    from torch.nn import functional as F

    xs = torch.from_numpy(data["x"]).unbind()
    ys = torch.from_numpy(data["y"]).unbind()

    def start():
        params = [torch.tensor(data[name], requires_grad=True) for name in WEIGHTS]
        return params, torch.optim.SGD(params, lr=LEARNING_RATE), None

    def step(state, index):
        params, optimizer, _ = state
        w1, b1, w2, b2, w3, b3 = params
        h1 = torch.tanh(torch.addmm(b1, xs[index % BATCHES], w1))
        h2 = torch.tanh(torch.addmm(b2, h1, w2))
        loss = F.mse_loss(torch.addmm(b3, h2, w3), ys[index % BATCHES])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return params, optimizer, loss

    def report(state):
        params, _, loss = state
        return [loss.item(), sum(p.square().sum().item() for p in params)]

    return Program(start, step, report)


def jax_step():
    """The step as JAX's users write it, and the gradient descent of optax in it."""
    import jax
    import jax.numpy as jnp
    import optax

    sgd = optax.sgd(LEARNING_RATE)

    def mean_squared_error(p, x, y):
        h1 = jnp.tanh(x @ p["w1"] + p["b1"])
        h2 = jnp.tanh(h1 @ p["w2"] + p["b2"])
        return jnp.mean((h2 @ p["w3"] + p["b3"] - y) ** 2)

    def step(params, x, y):
        loss, gradient = jax.value_and_grad(mean_squared_error)(params, x, y)
        updates, _ = sgd.update(gradient, sgd.init(params))
        return optax.apply_updates(params, updates), loss

    return step


def jax_report(state):
    params, loss = state
    return [loss, sum((p**2).sum() for p in params.values())]


def jax_jit(data):
    import jax
    import jax.numpy as jnp

    xs = list(jnp.asarray(data["x"]))
    ys = list(jnp.asarray(data["y"]))
    compiled = jax.jit(jax_step(), donate_argnums=0)

    def start():
        return {name: jnp.array(data[name]) for name in WEIGHTS}, None

    def step(state, index):
        return compiled(state[0], xs[index % BATCHES], ys[index % BATCHES])

    return Program(start, step, jax_report, settle=jax.block_until_ready)


def jax_scan(data):
    """A whole epoch in one compiled call."""
    import jax
    import jax.numpy as jnp

    xs = jnp.asarray(data["x"])
    ys = jnp.asarray(data["y"])
    one = jax_step()

    def epoch(params, xs, ys):
        params, losses = jax.lax.scan(lambda params, batch: one(params, *batch), params, (xs, ys))
        return params, losses[-1]

    compiled = jax.jit(epoch, donate_argnums=0)

    def start():
        return {name: jnp.array(data[name]) for name in WEIGHTS}, None

    def step(state, index):
        return compiled(state[0], xs, ys)

    return Program(start, step, jax_report, settle=jax.block_until_ready, steps_per_call=BATCHES)


PROGRAMS = {"pytorch": {"PyTorch": pytorch}, "jax": {"JAX jit": jax_jit, "JAX scan": jax_scan}}
