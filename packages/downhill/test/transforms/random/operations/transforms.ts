/** Transforms inside of a program, and functions with derivatives of their own. */
import * as d from "downhill";
import type { Tensor } from "downhill";
import { implicitDiff } from "downhill/optim";
import { sameShape } from "../../../../src/tensor/shape.ts";
import { type Operation, withAxes } from "./choices.ts";

/** Transforms inside of the function, which capture its other values. */
export const inner: Readonly<Record<string, Operation>> = {
  "inner grad": (choices) => {
    const [x, other] = [choices.value(), choices.value()];
    return d.grad((z: Tensor) => z.sin().mul(other.mean()).add(z.square().mul(0.2)).sum())(x);
  },
  "inner jvp": (choices) => {
    const x = choices.value();
    const other = choices.valueWhere((value) => sameShape(value.shape, x.shape)) ?? x.cos();
    return d.jvp((z: Tensor) => z.tanh().mul(other), [x], [other])[1];
  },
  "inner vjp": (choices) => {
    const x = choices.value();
    return d.vjp((z: Tensor) => z.sin().mul(x), x)[1](x.cos())[0];
  },
  "inner jit": (choices) => {
    const [x, other] = [choices.value(), choices.value()];
    return d.jit((z: Tensor) => z.sin().add(other.sum().mul(0.1)))(x);
  },
  "inner vmap": (choices) => {
    const x = withAxes(choices);
    const other = choices.value();
    return (
      x &&
      d.vmap((row: Tensor) =>
        row
          .cumsum(row.rank > 0 ? 0 : null)
          .reshape(row.shape)
          .mul(other.mean()),
      )(x)
    );
  },
  "inner scan": (choices) => {
    const xs = withAxes(choices);
    const [start, other] = [choices.value(), choices.value()];
    if (!xs || start.size * xs.shape[0]! > choices.most) return undefined;
    const [last, all] = d.scan(
      (carry: Tensor, x: Tensor) => {
        const next = carry.sin().add(x.mean()).mul(other.mean().tanh());
        return [next, next.square().mul(0.3)] as const;
      },
      start,
      xs,
      { reverse: choices.below(2) === 1 },
    );
    return choices.of([last, all]);
  },
};

/** Functions with derivatives of their own, and of choices: the slopes are what differences give. */
export const withRules: Readonly<Record<string, Operation>> = {
  checkpoint: (choices) => {
    const [x, other] = [choices.value(), choices.value()];
    return d.checkpoint((z: Tensor) => z.sin().mul(other.mean()).tanh().add(z))(x);
  },
  customJvp: (choices) =>
    d.customJvp(
      (z: Tensor) => z.sin().mul(z),
      ([z], [dz], value) => dz.mul(z.sin().add(z.cos().mul(z))).add(value.mul(0).mul(dz)),
    )(choices.value()),
  customVjp: (choices) => {
    const a = choices.value();
    return d.customVjp(
      (x: Tensor, y: Tensor) => x.tanh().mul(y),
      (x, y) => [x.tanh().mul(y), { t: x.tanh(), y }],
      ({ t, y }, ct) => [ct.mul(y).mul(d.sub(1, t.square())), ct.mul(t)],
    )(a, a.cos());
  },
  cond: (choices) => {
    const [x, other] = [choices.value(), choices.value()];
    // Whole numbers choose, so that no difference crosses the border.
    const chosen = d.mod(choices.indices.sum(), 2);
    return d.cond(
      chosen,
      (z: Tensor) => z.sin().mul(other.mean()),
      (z: Tensor) => z.mul(0.5).tanh(),
      x,
    );
  },
  switchCase: (choices) => {
    const x = choices.value();
    return d.switchCase(
      d.mod(choices.indices.sum(), 3),
      [(z: Tensor) => z.sin(), (z: Tensor) => z.mul(z).mul(0.3), (z: Tensor) => z.cos()],
      x,
    );
  },
  forLoop: (choices) => {
    const [x, other] = [choices.value(), choices.value()];
    return d.forLoop(
      0,
      3,
      (i, z: Tensor) => z.add(i.astype(z.dtype).mul(0.1)).sin().add(other.mean().mul(0.2)),
      x,
    );
  },
  implicitDiff: (choices) => {
    const x = choices.valueWhere((value) => value.size <= 6);
    // r + ½·sin r = x, by so many steps that the rest is below the rounding of float64.
    const root = implicitDiff(
      (z: Tensor) => d.forLoop(0, 60, (_, r: Tensor) => z.sub(r.sin().mul(0.5)), z),
      (r, z) => r.add(r.sin().mul(0.5)).sub(z),
    );
    return x && root(x);
  },
};
