/** The types of transformed functions: what the compiler says is the test, running it does nothing more. */
import {
  grad,
  hessian,
  hvp,
  jacfwd,
  jit,
  jvp,
  linearize,
  scan,
  type Tensor,
  tensor,
  valueAndGrad,
  vjp,
  vmap,
} from "downhill";
import { describe, expectTypeOf, test } from "vitest";

interface Layer {
  readonly w: Tensor;
  readonly b: Tensor;
}

interface Model {
  layers: Layer[];
  scale: Tensor;
  rest?: Tensor;
}

type Pair = [Tensor, { inner: Tensor }];

/** A call that is compiled but not made. */
const unchecked = (call: () => unknown): void => void call;

const x = tensor(1);
const xs = tensor([1, 2]);
const model: Model = { layers: [{ w: x, b: x }], scale: x };
const loss = (p: Model, input: Tensor): Tensor => p.scale.mul(input);
const pairLoss = (p: Pair): Tensor => p[0].mul(p[1].inner);

describe("grad", () => {
  test("keeps the type of the argument", () => {
    expectTypeOf(grad(loss)(model, x)).toEqualTypeOf<Model>();
    expectTypeOf(grad(pairLoss)([x, { inner: x }])).toEqualTypeOf<Pair>();
    expectTypeOf(grad((z: Tensor) => z)(x)).toEqualTypeOf<Tensor>();
  });

  test("argnums chooses the argument, or a tuple of them", () => {
    expectTypeOf(grad(loss, { argnums: 1 })(model, x)).toEqualTypeOf<Tensor>();
    expectTypeOf(grad(loss, { argnums: 0 })(model, x)).toEqualTypeOf<Model>();
    expectTypeOf(grad(loss, { argnums: [1, 0] })(model, x)).toEqualTypeOf<[Tensor, Model]>();
    expectTypeOf(grad(loss, { argnums: [0] })(model, x)).toEqualTypeOf<[Model]>();
  });

  test("numbers may stand for tensors, and no others", () => {
    expectTypeOf(grad(loss)({ layers: [{ w: 1, b: x }], scale: 2 }, 3)).toEqualTypeOf<Model>();
    const f = grad(loss);
    // @ts-expect-error a text is no tensor
    unchecked(() => f(model, "1"));
    // @ts-expect-error a part is missing
    unchecked(() => f({ layers: [] }, x));
    // @ts-expect-error an argument is missing
    unchecked(() => f(model));
    // @ts-expect-error a loss is a tensor
    unchecked(() => grad((z: Tensor) => [z]));
  });

  test("derivatives of derivatives have the types of the function", () => {
    expectTypeOf(grad(grad((z: Tensor) => z))(x)).toEqualTypeOf<Tensor>();
    expectTypeOf(grad(grad(grad((z: Tensor) => z)))(1)).toEqualTypeOf<Tensor>();
    expectTypeOf(jit(grad(loss))(model, x)).toEqualTypeOf<Model>();
    expectTypeOf(grad(jit(loss))(model, x)).toEqualTypeOf<Model>();
    expectTypeOf(vmap(grad(loss), { inAxes: [null, 0] })(model, xs)).toEqualTypeOf<Model>();
    expectTypeOf(vjp(grad(loss), model, x)[1](model)).toEqualTypeOf<[p: Model, input: Tensor]>();
  });

  test("generic functions keep their parameter", () => {
    const step = <P extends object>(parameters: P, f: (p: P) => Tensor): P => grad(f)(parameters as never);
    expectTypeOf(step(model, (p) => p.scale)).toEqualTypeOf<Model>();
  });
});

test("valueAndGrad gives a pair, with what is beside the loss if asked", () => {
  const [value, gradient] = valueAndGrad(loss)(model, x);
  expectTypeOf(value).toEqualTypeOf<Tensor>();
  expectTypeOf(gradient).toEqualTypeOf<Model>();
  const withAux = valueAndGrad((z: Tensor) => [z, { count: z, list: [z] }] as const, { hasAux: true });
  const [[first, aux], slope] = withAux(x);
  expectTypeOf(first).toEqualTypeOf<Tensor>();
  expectTypeOf(aux).toEqualTypeOf<{ readonly count: Tensor; readonly list: readonly [Tensor] }>();
  expectTypeOf(slope).toEqualTypeOf<Tensor>();
  const both = valueAndGrad(loss, { argnums: [0, 1] })(model, x)[1];
  expectTypeOf(both).toEqualTypeOf<[Model, Tensor]>();
});

test("jvp, linearize and vjp", () => {
  const f = (a: Tensor, b: Layer): { sum: Tensor; list: Tensor[] } => ({ sum: a.add(b.w), list: [b.b] });
  const layer = { w: x, b: x };
  type Result = { sum: Tensor; list: Tensor[] };
  expectTypeOf(jvp(f, [x, layer], [1, layer])).toEqualTypeOf<[value: Result, tangent: Result]>();
  const [value, derivative] = linearize(f, x, layer);
  expectTypeOf(value).toEqualTypeOf<Result>();
  expectTypeOf(derivative(1, { w: 1, b: x })).toEqualTypeOf<Result>();
  const [, pullback] = vjp(f, x, layer);
  expectTypeOf(pullback({ sum: 1, list: [x] })).toEqualTypeOf<[a: Tensor, b: Layer]>();
  const at = [x, layer] as const;
  expectTypeOf(jvp(f, at, at)[0]).toEqualTypeOf<Result>();
  // @ts-expect-error a direction is missing
  unchecked(() => jvp(f, [x, layer], [x]));
});

test("vmap, jit and scan keep arguments and result", () => {
  const f = (p: Pair, n: Tensor): { both: Pair } => ({ both: [p[0].add(n), p[1]] });
  expectTypeOf(vmap(f)([xs, { inner: xs }], xs)).toEqualTypeOf<{ both: Pair }>();
  expectTypeOf(jit(f)([1, { inner: 2 }], 3)).toEqualTypeOf<{ both: Pair }>();
  const mapped = vmap(jit(vmap(f)));
  expectTypeOf(mapped).toBeFunction();
  expectTypeOf<Parameters<typeof mapped>>().toEqualTypeOf<[p: Pair, n: Tensor]>();
  const [carry, ys] = scan((c: Layer, z: Tensor) => [c, { out: z }] as const, { w: 1, b: x }, xs);
  expectTypeOf(carry).toEqualTypeOf<Layer>();
  expectTypeOf(ys).toEqualTypeOf<{ readonly out: Tensor }>();
});

test("Jacobians and Hessians of tensors are tensors", () => {
  expectTypeOf(jacfwd((z: Tensor) => z)(x)).toEqualTypeOf<Tensor>();
  expectTypeOf(hessian((z: Tensor) => z)(x)).toEqualTypeOf<Tensor>();
  expectTypeOf(hvp(loss, [model, x], model)).toEqualTypeOf<Model>();
});
