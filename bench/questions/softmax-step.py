"""The PyTorch and JAX sides of softmax-step.ts."""

from program import Program

BATCHES = 8
LEARNING_RATE = 0.1


def pytorch(data):
    import torch
    from torch.nn import functional as F

    xs = torch.from_numpy(data["x"]).unbind()
    labels = torch.from_numpy(data["labels"]).long().unbind()

    def start():
        w = torch.tensor(data["w"], requires_grad=True)
        b = torch.tensor(data["b"], requires_grad=True)
        return w, b, torch.optim.SGD([w, b], lr=LEARNING_RATE), None

    def step(state, index):
        w, b, optimizer, _ = state
        loss = F.cross_entropy(torch.addmm(b, xs[index % BATCHES], w), labels[index % BATCHES])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return w, b, optimizer, loss

    def report(state):
        w, b, _, loss = state
        return [loss.item(), w.square().sum().item() + b.square().sum().item()]

    return Program(start, step, report)


def jax_jit(data):
    import jax
    import jax.numpy as jnp
    import optax

    sgd = optax.sgd(LEARNING_RATE)
    xs = list(jnp.asarray(data["x"]))
    labels = list(jnp.asarray(data["labels"]))

    def cross_entropy(p, x, labels):
        logits = x @ p["w"] + p["b"]
        return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()

    @jax.jit(donate_argnums=0)
    def sgd_step(params, x, labels):
        loss, gradient = jax.value_and_grad(cross_entropy)(params, x, labels)
        updates, _ = sgd.update(gradient, sgd.init(params))
        return optax.apply_updates(params, updates), loss

    def start():
        return {name: jnp.array(data[name]) for name in ["w", "b"]}, None

    def step(state, index):
        return sgd_step(state[0], xs[index % BATCHES], labels[index % BATCHES])

    def report(state):
        params, loss = state
        return [loss, sum((p**2).sum() for p in params.values())]

    return Program(start, step, report, settle=jax.block_until_ready)


PROGRAMS = {"pytorch": {"PyTorch": pytorch}, "jax": {"JAX jit": jax_jit}}
