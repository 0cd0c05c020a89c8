"""The PyTorch and JAX sides of mlp-step.ts."""

from program import Program

WEIGHTS = ["w1", "b1", "w2", "b2", "w3", "b3"]
BATCHES = 8
LEARNING_RATE = 1e-3


def torch_cross_entropy(params, x, labels):
    import torch
    from torch.nn import functional as F

    w1, b1, w2, b2, w3, b3 = params
    h1 = torch.relu(torch.addmm(b1, x, w1))
    h2 = torch.relu(torch.addmm(b2, h1, w2))
    return F.cross_entropy(torch.addmm(b3, h2, w3), labels)


def jax_cross_entropy(p, x, labels):
    import jax
    import optax

    h1 = jax.nn.relu(x @ p["w1"] + p["b1"])
    h2 = jax.nn.relu(h1 @ p["w2"] + p["b2"])
    logits = h2 @ p["w3"] + p["b3"]
    return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()


def pytorch(data):
    import torch

    xs = torch.from_numpy(data["x"]).unbind()
    labels = torch.from_numpy(data["labels"]).long().unbind()

    def start():
        params = [torch.tensor(data[name], requires_grad=True) for name in WEIGHTS]
        # The fused implementation is the fastest of the three that Adam has on CPUs.
        return params, torch.optim.Adam(params, lr=LEARNING_RATE, fused=True), None

    def step(state, index):
        params, optimizer, _ = state
        loss = torch_cross_entropy(params, xs[index % BATCHES], labels[index % BATCHES])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return params, optimizer, loss

    def report(state):
        params, _, loss = state
        change = [(p.detach().numpy() - data[name]) for name, p in zip(WEIGHTS, params)]
        return [loss.item(), sum((c**2).sum() for c in change)]

    return Program(start, step, report)


def jax_jit(data):
    import jax
    import jax.numpy as jnp
    import optax

    adam = optax.adam(LEARNING_RATE)
    xs = list(jnp.asarray(data["x"]))
    labels = list(jnp.asarray(data["labels"]))

    @jax.jit(donate_argnums=(0, 1))
    def adam_step(params, moments, x, labels):
        loss, gradient = jax.value_and_grad(jax_cross_entropy)(params, x, labels)
        updates, moments = adam.update(gradient, moments)
        return optax.apply_updates(params, updates), moments, loss

    def start():
        params = {name: jnp.array(data[name]) for name in WEIGHTS}
        return jax.block_until_ready((params, adam.init(params))) + (None,)

    def step(state, index):
        params, moments, _ = state
        return adam_step(params, moments, xs[index % BATCHES], labels[index % BATCHES])

    def report(state):
        params, _, loss = state
        return [loss, sum(((params[name] - data[name]) ** 2).sum() for name in WEIGHTS)]

    return Program(start, step, report, settle=jax.block_until_ready)


PROGRAMS = {"pytorch": {"PyTorch": pytorch}, "jax": {"JAX jit": jax_jit}}
