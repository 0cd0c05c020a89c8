/** The cases of golden/transforms.json in Downhill's terms: from the named inputs to the named outputs. */
import {
  concatenate,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jvp,
  logsumexp,
  softmax,
  softplus,
  stack,
  stopGradient,
  type Tensor,
  valueAndGrad,
  vjp,
  vmap,
  where,
} from "downhill";

type Named = Readonly<Record<string, Tensor>>;
type GoldenTransform = (inputs: Named) => Named;

const at = (x: Tensor, i: number): Tensor => x.take(i);

/** The elements (or rows) of the first axis, one by one. */
const parts = (x: Tensor): Tensor[] => Array.from({ length: x.shape[0]! }, (_, i) => at(x, i));

const trace = (x: Tensor): Tensor =>
  parts(x).reduce((sum, row, i) => (i === 0 ? at(row, 0) : sum.add(at(row, i))), x);

const determinant3 = (m: Tensor): Tensor => {
  const [a, b, c] = parts(m).map(parts) as [Tensor[], Tensor[], Tensor[]];
  const minor = (i: number, j: number): Tensor => b[i]!.mul(c[j]!).sub(b[j]!.mul(c[i]!));
  return a[0]!
    .mul(minor(1, 2))
    .sub(a[1]!.mul(minor(0, 2)))
    .add(a[2]!.mul(minor(0, 1)));
};

/** The solution of m·x = b by elimination without exchanges, for a positive definite m. */
const solve = (m: Tensor, b: Tensor): Tensor => {
  const rows = parts(m);
  const right = parts(b);
  const n = rows.length;
  for (let k = 0; k < n; k++)
    for (let i = k + 1; i < n; i++) {
      const factor = at(rows[i]!, k).div(at(rows[k]!, k));
      rows[i] = rows[i]!.sub(factor.mul(rows[k]!));
      right[i] = right[i]!.sub(factor.mul(right[k]!));
    }
  const x: Tensor[] = [];
  for (let i = n - 1; i >= 0; i--) {
    let rest = right[i]!;
    for (let j = i + 1; j < n; j++) rest = rest.sub(at(rows[i]!, j).mul(x[j]!));
    x[i] = rest.div(at(rows[i]!, i));
  }
  return stack(x);
};

const jacobianCases: Readonly<Record<string, GoldenTransform>> = {
  jacobian_r3_to_r4: ({ x }) => {
    const f = (point: Tensor): Tensor => {
      const [a, b, c] = parts(point) as [Tensor, Tensor, Tensor];
      return stack([a.mul(b), b.sin().mul(c), a.exp().sub(c), a.mul(b).mul(c)]);
    };
    return { value: f(x!), jacobian: jacfwd(f)(x!) };
  },
  jacobian_softmax: ({ x }) => ({ value: softmax(x!), jacobian: jacrev((z: Tensor) => softmax(z))(x!) }),
  jacobian_gram: ({ X }) => {
    const f = (m: Tensor): Tensor => m.T.matmul(m);
    return { value: f(X!), jacobian: jacrev(f)(X!) };
  },
  jacobian_normalise: ({ x }) => ({
    jacobian: jacfwd((z: Tensor) => z.div(z.square().sum().sqrt()))(x!),
  }),
  jacobian_two_arguments: ({ x, W }) => {
    const f = (input: Tensor, weights: Tensor): Tensor => weights.matmul(input).tanh();
    return { jacobian_x: jacrev(f)(x!, W!), jacobian_W: jacfwd(f, { argnums: 1 })(x!, W!) };
  },
  jacobian_forward_equals_reverse: ({ x }) => {
    const f = (z: Tensor): Tensor => {
      const products = parts(z);
      for (let i = 1; i < products.length; i++) products[i] = products[i - 1]!.mul(products[i]!);
      return stack(products);
    };
    return { forward: jacfwd(f)(x!), reverse: jacrev(f)(x!) };
  },
  jacobian_determinant_spherical: ({ p }) => {
    const f = (point: Tensor): Tensor => {
      const [r, theta, phi] = parts(point) as [Tensor, Tensor, Tensor];
      const flat = r.mul(theta.sin());
      return stack([flat.mul(phi.cos()), flat.mul(phi.sin()), r.mul(theta.cos())]);
    };
    const determinant = (point: Tensor): Tensor => determinant3(jacfwd(f)(point));
    return {
      jacobian: jacrev(f)(p!),
      determinant: determinant(p!),
      gradient_of_determinant: grad(determinant)(p!),
    };
  },
  gauss_newton_matrix: ({ p, t, y }) => {
    const residuals = (q: Tensor): Tensor => at(q, 0).mul(at(q, 1).neg().mul(t!).exp()).sub(y!);
    const jacobian = jacfwd(residuals)(p!);
    return {
      gauss_newton: jacobian.T.matmul(jacobian),
      gradient: grad((q: Tensor) => residuals(q).square().sum().mul(0.5))(p!),
    };
  },
};

const rosenbrock = (x: Tensor): Tensor => {
  const [head, next] = [x.slice([0, -1]), x.slice([1, null])];
  return next.sub(head.square()).square().mul(100).add(head.sub(1).square()).sum();
};

const valueGradientHessian = (f: (x: Tensor) => Tensor, x: Tensor): Named => {
  const [value, gradient] = valueAndGrad(f)(x);
  return { value, gradient, hessian: hessian(f)(x) };
};

const hessianCases: Readonly<Record<string, GoldenTransform>> = {
  hessian_rosenbrock: ({ x }) => valueGradientHessian(rosenbrock, x!),
  hessian_logsumexp: ({ x, W }) => ({ hessian: hessian((z: Tensor) => logsumexp(W!.matmul(z)))(x!) }),
  hessian_logistic_loss: ({ w, X, y }) =>
    valueGradientHessian(
      (v) =>
        softplus(y!.neg().mul(X!.matmul(v)))
          .mean()
          .add(v.square().sum().mul(0.05)),
      w!,
    ),
  hessian_of_matrix_function: ({ X }) => ({
    hessian: hessian((m: Tensor) => m.matmul(m.T).sin().sum())(X!),
  }),
  hvp_rosenbrock: ({ x, v }) => {
    const product = hvp(rosenbrock, [x!], v!);
    return { hvp: product, vHv: product.dot(v!) };
  },
  hvp_tanh_layer: ({ W, V, X, y }) => {
    const f = (w: Tensor): Tensor => X!.matmul(w).tanh().sum(1).mul(0.5).sub(y!).square().mean();
    return { gradient: grad(f)(W!), hvp: hvp(f, [W!], V!) };
  },
  laplacian: ({ x }) => {
    const f = (point: Tensor): Tensor => {
      const [a, b, c] = parts(point) as [Tensor, Tensor, Tensor];
      return a.sin().mul(b.exp()).mul(c.pow(3)).add(a.mul(b).mul(c));
    };
    const second = hessian(f)(x!);
    return { hessian: second, laplacian: trace(second) };
  },
  newton_direction: ({ x }) => {
    const f = (z: Tensor): Tensor => z.exp().sum().add(z.sum().square().mul(0.5));
    return { direction: solve(hessian(f)(x!), grad(f)(x!).neg()) };
  },
};

/** Row i: the function and its derivatives of order 1 to 5 at xᵢ. */
const derivativesTo5 =
  (f: (x: Tensor) => Tensor): GoldenTransform =>
  ({ x }) => {
    const orders = [f];
    for (let order = 1; order <= 5; order++) orders.push(grad(orders[order - 1]!));
    return { derivatives: vmap((z: Tensor) => stack(orders.map((derivative) => derivative(z))))(x!) };
  };

const nestedCases: Readonly<Record<string, GoldenTransform>> = {
  nested_sin_of_square: derivativesTo5((x) => x.square().sin()),
  nested_gaussian: derivativesTo5((x) => x.square().neg().exp()),
  nested_tanh: derivativesTo5((x) => x.tanh()),
  nested_runge: derivativesTo5((x) => x.square().add(1).pow(-1)),
  nested_softplus: derivativesTo5((x) => softplus(x)),
  nested_sixth_power: derivativesTo5((x) => x.pow(6).sub(x.pow(3).mul(2))),
  nested_x_log_x: derivativesTo5((x) => x.mul(x.log())),
  nested_mixed_partials: ({ x, y }) => {
    type Scalar2 = (x: Tensor, y: Tensor) => Tensor;
    const f: Scalar2 = (a, b) => a.mul(b).exp().mul(a.sin());
    const by = (g: Scalar2, variable: string): Scalar2 => grad(g, { argnums: variable === "x" ? 0 : 1 });
    const partial = (names: string): Tensor => [...names].reduce(by, f)(x!, y!);
    return Object.fromEntries(["x", "xy", "xxy", "xyyy", "xxxyyy"].map((names) => [names, partial(names)]));
  },
  gradient_penalty: ({ W, X }) => {
    const penalty = (w: Tensor): Tensor => {
      const slope = grad((x: Tensor) => x.matmul(w).tanh().sum());
      return vmap((x: Tensor) => slope(x).square().sum().sqrt().sub(1).square())(X!).mean();
    };
    const [value, gradient] = valueAndGrad(penalty)(W!);
    return { value, gradient };
  },
  derivative_through_gradient_descent: ({ lr, p_start }) => {
    const f = (p: Tensor): Tensor => {
      const [a, b] = parts(p) as [Tensor, Tensor];
      return a.sub(1).square().add(b.sub(a.square()).square().mul(5));
    };
    const descended = (rate: Tensor, start: Tensor): Tensor => {
      let p = start;
      for (let step = 0; step < 5; step++) p = p.sub(rate.mul(grad(f)(p)));
      return f(p);
    };
    const [value, [d_lr, d_p_start]] = valueAndGrad(descended, { argnums: [0, 1] })(lr!, p_start!);
    return { value, d_lr, d_p_start };
  },
  stop_gradient: ({ x }) => {
    const [value, gradient] = valueAndGrad((z: Tensor) => z.mul(stopGradient(z.square())).sum())(x!);
    return { value, gradient };
  },
  jvp_and_vjp: ({ x, A, v, c }) => {
    const f = (z: Tensor): Tensor => A!.matmul(z).sin().mul(z.square().sum());
    const [value, tangent] = jvp(f, [x!], [v!]);
    return { value, jvp: tangent, vjp: vjp(f, x!)[1](c!)[0] };
  },
  second_directional_derivatives: ({ x, v }) => {
    const f = (point: Tensor): Tensor => {
      const [a, b, c] = parts(point) as [Tensor, Tensor, Tensor];
      return a.sin().mul(b).exp().add(c.pow(3).mul(a));
    };
    const along = (g: (z: Tensor) => Tensor) => (z: Tensor) => jvp(g, [z], [v!])[1];
    const first = along(f);
    const second = along(first);
    return { first: first(x!), second: second(x!), third: along(second)(x!) };
  },
  reverse_over_forward: ({ w, v }) => {
    const f = (z: Tensor): Tensor => softmax(z).square().sum();
    return {
      reverse_over_forward: grad((z: Tensor) => jvp(f, [z], [v!])[1])(w!),
      forward_over_reverse: jvp(grad(f), [w!], [v!])[1],
    };
  },
};

const batchCases: Readonly<Record<string, GoldenTransform>> = {
  per_example_gradients_linear: ({ w, X, y }) => {
    const loss = (v: Tensor, x: Tensor, target: Tensor): Tensor => x.dot(v).sub(target).square();
    return { gradients: vmap(grad(loss), { inAxes: [null, 0, 0] })(w!, X!, y!) };
  },
  per_example_gradients_mlp: ({ W1, b1, W2, X, Y }) => {
    const loss = (weights: { W1: Tensor; b1: Tensor; W2: Tensor }, x: Tensor, y: Tensor): Tensor =>
      x.matmul(weights.W1).add(weights.b1).tanh().matmul(weights.W2).sub(y).square().sum();
    const perExample = vmap(grad(loss), { inAxes: [null, 0, 0] });
    const gradients = perExample({ W1: W1!, b1: b1!, W2: W2! }, X!, Y!);
    const squares = vmap((tree: typeof gradients) =>
      [tree.W1, tree.b1, tree.W2].map((part) => part.square().sum()).reduce((a, b) => a.add(b)),
    )(gradients);
    return { ...gradients, mean_squared_norm: squares.mean() };
  },
  per_example_hessians: ({ X }) => {
    const f = (x: Tensor): Tensor => softplus(at(x, 0).mul(at(x, 1))).add(at(x, 1).pow(3));
    return { gradients: vmap(grad(f))(X!), hessians: vmap(hessian(f))(X!) };
  },
  pairwise_kernel_gradients: ({ X, Z }) => {
    const k = (x: Tensor, z: Tensor): Tensor => x.sub(z).square().sum().mul(-0.5).exp();
    const pairwise = (f: typeof k) => vmap(vmap(f, { inAxes: [null, 0] }), { inAxes: [0, null] });
    return { kernel: pairwise(k)(X!, Z!), gradients: pairwise(grad(k))(X!, Z!) };
  },
  batched_hvp: ({ x, V }) => {
    const f = (z: Tensor): Tensor => z.sin().square().mul(z.flip()).sum();
    return { hvps: vmap((v: Tensor) => jvp(grad(f), [x!], [v])[1])(V!) };
  },
};

/** Value and gradients of a loss of named arguments, as `value` and `d_<name>`. */
const gradientsOf = (loss: (weights: Named) => Tensor, weights: Named): Named => {
  const [value, gradients] = valueAndGrad(loss)(weights);
  return {
    value,
    ...Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [`d_${name}`, gradient])),
  };
};

const loopCases: Readonly<Record<string, GoldenTransform>> = {
  rnn_backpropagation_through_time: ({ W, U, c, h0, X, Y }) =>
    gradientsOf(
      (p) => {
        let h = p.h0!;
        let loss = h.sum().mul(0);
        parts(p.X!).forEach((x, t) => {
          h = p.W!.matmul(h).add(p.U!.matmul(x)).add(p.c!).tanh();
          loss = loss.add(h.sub(at(Y!, t)).square().sum().mul(0.5));
        });
        return loss;
      },
      { W: W!, U: U!, c: c!, h0: h0!, X: X! },
    ),
  gru_final_state: ({ Wz, Wr, Wc, h0, X }) =>
    gradientsOf(
      (p) => {
        let h = p.h0!;
        for (const x of parts(X!)) {
          const both = concatenate([h, x]);
          const z = p.Wz!.matmul(both).sigmoid();
          const r = p.Wr!.matmul(both).sigmoid();
          const candidate = p.Wc!.matmul(concatenate([r.mul(h), x])).tanh();
          h = z.neg().add(1).mul(h).add(z.mul(candidate));
        }
        return h.square().sum();
      },
      { Wz: Wz!, Wr: Wr!, Wc: Wc!, h0: h0! },
    ),
  lstm_mean_square_output: ({ W, b, X }) => {
    const { d_b, ...others } = gradientsOf(
      (p) => {
        let h = p.b!.slice([0, 2]).mul(0);
        let c = h;
        const losses = parts(p.X!).map((x) => {
          const a = p.W!.matmul(concatenate([h, x])).add(p.b!);
          const gate = (k: number): Tensor => a.slice([2 * k, 2 * k + 2]);
          c = gate(1)
            .sigmoid()
            .mul(c)
            .add(gate(0).sigmoid().mul(gate(2).tanh()));
          h = gate(3).sigmoid().mul(c.tanh());
          return h.sum().square();
        });
        return stack(losses).mean();
      },
      { W: W!, b: b!, X: X! },
    );
    return { ...others, d_bias: d_b! };
  },
  logistic_map: ({ r, x }) => {
    const f = (rate: Tensor, start: Tensor): Tensor => {
      let z = start;
      for (let i = 0; i < 10; i++) z = rate.mul(z).mul(z.neg().add(1));
      return z;
    };
    const [value, [d_r, d_x]] = valueAndGrad(f, { argnums: [0, 1] })(r!, x!);
    return { value, d_r, d_x, d2_r: grad(grad(f))(r!, x!) };
  },
  ode_sensitivity_rk4: ({ p, y0 }) => {
    const final = (rates: Tensor, start: Tensor): Tensor => {
      const [p0, p1, p2, p3] = parts(rates) as [Tensor, Tensor, Tensor, Tensor];
      const slope = (y: Tensor): Tensor => {
        const [u, v] = parts(y) as [Tensor, Tensor];
        const meetings = u.mul(v);
        return stack([p0.mul(u).sub(p1.mul(meetings)), p3.mul(meetings).sub(p2.mul(v))]);
      };
      const h = 0.1;
      let y = start;
      for (let step = 0; step < 20; step++) {
        const k1 = slope(y);
        const k2 = slope(y.add(k1.mul(h / 2)));
        const k3 = slope(y.add(k2.mul(h / 2)));
        const k4 = slope(y.add(k3.mul(h)));
        y = y.add(
          k1
            .add(k2.mul(2))
            .add(k3.mul(2))
            .add(k4)
            .mul(h / 6),
        );
      }
      return y;
    };
    return {
      final: final(p!, y0!),
      jacobian_p: jacfwd(final)(p!, y0!),
      jacobian_y0: jacrev(final, { argnums: 1 })(p!, y0!),
    };
  },
  newton_square_root: ({ a }) => {
    const root = (target: Tensor): Tensor => {
      let x = target.mul(0).add(1);
      for (let i = 0; i < 8; i++) x = x.add(target.div(x)).mul(0.5);
      return x;
    };
    const first = grad(root);
    const second = grad(first);
    const over = (f: (x: Tensor) => Tensor): Tensor => vmap(f)(a!);
    return { value: over(root), first: over(first), second: over(second), third: over(grad(second)) };
  },
  linear_recurrence_scan: ({ a, x }) =>
    gradientsOf(
      (p) => {
        let s = p.a!.mul(0);
        const squares = parts(p.x!).map((input) => (s = p.a!.mul(s).add(input)).square());
        return stack(squares).sum();
      },
      { a: a!, x: x! },
    ),
};

const attentionCases: Readonly<Record<string, GoldenTransform>> = {
  attention: ({ Q, K, V, C }) =>
    gradientsOf(
      (p) =>
        softmax(p.Q!.matmul(p.K!.T).div(Math.sqrt(Q!.shape[1]!)))
          .matmul(p.V!)
          .mul(C!)
          .sum(),
      { Q: Q!, K: K!, V: V! },
    ),
  causal_self_attention: ({ X, Wq, Wk, mask }) =>
    gradientsOf(
      (p) => {
        const scores = p.X!.matmul(p.Wq!).matmul(p.X!.matmul(p.Wk!).T);
        return softmax(where(mask!, scores, -1e30))
          .matmul(p.X!)
          .square()
          .sum();
      },
      { X: X!, Wq: Wq!, Wk: Wk! },
    ),
};

export const goldenTransforms: Readonly<Record<string, GoldenTransform>> = {
  ...jacobianCases,
  ...hessianCases,
  ...nestedCases,
  ...batchCases,
  ...loopCases,
  ...attentionCases,
};
