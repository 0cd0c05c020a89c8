"""The PyTorch and JAX sides of lenet-step.ts."""

from program import Program

WEIGHTS = ["k1", "c1", "k2", "c2", "w1", "b1", "w2", "b2", "w3", "b3"]
BATCHES = 8
LEARNING_RATE = 1e-3


def torch_cross_entropy(params, x, labels, paddings):
    import torch
    from torch.nn import functional as F

    k1, c1, k2, c2, w1, b1, w2, b2, w3, b3 = params
    first = F.max_pool2d(torch.relu(F.conv2d(x, k1, c1, padding=paddings[0])), 2)
    second = F.max_pool2d(torch.relu(F.conv2d(first, k2, c2, padding=paddings[1])), 2)
    h1 = torch.relu(torch.addmm(b1, second.flatten(1), w1))
    h2 = torch.relu(torch.addmm(b2, h1, w2))
    return F.cross_entropy(torch.addmm(b3, h2, w3), labels)


def jax_cross_entropy(p, x, labels, paddings):
    import jax
    import optax
    from jax import lax

    def convolution(x, weight, bias, padding):
        y = lax.conv_general_dilated(x, weight, (1, 1), [(padding, padding)] * 2)
        return y + bias[:, None, None]

    def pool(x):
        return lax.reduce_window(x, -jax.numpy.inf, lax.max, (1, 1, 2, 2), (1, 1, 2, 2), "VALID")

    first = pool(jax.nn.relu(convolution(x, p["k1"], p["c1"], paddings[0])))
    second = pool(jax.nn.relu(convolution(first, p["k2"], p["c2"], paddings[1])))
    h1 = jax.nn.relu(second.reshape(len(x), -1) @ p["w1"] + p["b1"])
    h2 = jax.nn.relu(h1 @ p["w2"] + p["b2"])
    logits = h2 @ p["w3"] + p["b3"]
    return optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean()


def pytorch(paddings):
    def make(data):
        import torch

        xs = torch.from_numpy(data["x"]).unbind()
        labels = torch.from_numpy(data["labels"]).long().unbind()

        def start():
            params = [torch.tensor(data[name], requires_grad=True) for name in WEIGHTS]
            # The fused implementation is the fastest of the three that Adam has on CPUs.
            return params, torch.optim.Adam(params, lr=LEARNING_RATE, fused=True), None

        def step(state, index):
            params, optimizer, _ = state
            loss = torch_cross_entropy(params, xs[index % BATCHES], labels[index % BATCHES], paddings)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            return params, optimizer, loss

        def report(state):
            params, _, loss = state
            change = [(p.detach().numpy() - data[name]) for name, p in zip(WEIGHTS, params)]
            return [loss.item(), sum((c**2).sum() for c in change)]

        return Program(start, step, report)

    return make


def jax_jit(paddings):
    def make(data):
        import jax
        import jax.numpy as jnp
        import optax

        adam = optax.adam(LEARNING_RATE)
        xs = list(jnp.asarray(data["x"]))
        labels = list(jnp.asarray(data["labels"]))

        @jax.jit(donate_argnums=(0, 1))
        def adam_step(params, moments, x, labels):
            loss, gradient = jax.value_and_grad(jax_cross_entropy)(params, x, labels, paddings)
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

    return make


def programs(*paddings):
    return {"pytorch": {"PyTorch": pytorch(paddings)}, "jax": {"JAX jit": jax_jit(paddings)}}


PROGRAMS = {"lenet-step-28": programs(2, 0), "lenet-step-8": programs(1, 1)}
