/** What transforms take and give: trees, numbers, argument positions, captured values; and what they refuse. */
import {
  ArgumentError,
  DTypeError,
  grad,
  hessian,
  hvp,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  makeProgram,
  ones,
  printProgram,
  ShapeError,
  stopGradient,
  tensor,
  type Tensor,
  valueAndGrad,
  vjp,
  vmap,
  zeros,
} from "downhill";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setTarget, targetNames } from "../targets/targets.ts";

const doubles = (values: number | number[]): Tensor => tensor(values, { dtype: "float64" });
const integers = (values: number | number[]): Tensor => tensor(values, { dtype: "int32" });

interface Model {
  readonly layers: readonly { readonly w: Tensor; readonly b: Tensor }[];
  readonly scale: Tensor;
  readonly nothing: null;
}

const model: Model = {
  layers: [
    { w: doubles([1, 2]), b: doubles(3) },
    { w: doubles([4, 5]), b: doubles(6) },
  ],
  scale: doubles(2),
  nothing: null,
};

const plain = (tree: unknown): unknown =>
  tree !== null && typeof tree === "object"
    ? "toArray" in tree
      ? (tree as Tensor).toArray()
      : Array.isArray(tree)
        ? tree.map(plain)
        : Object.fromEntries(Object.entries(tree).map(([key, part]) => [key, plain(part)]))
    : tree;

const total = ({ layers, scale }: Model): Tensor =>
  layers
    .map(({ w, b }) => w.square().sum().mul(b))
    .reduce((a, b) => a.add(b))
    .mul(scale);

const gradientOfTotal = {
  layers: [
    { b: 10, w: [12, 24] },
    { b: 82, w: [96, 120] },
  ],
  nothing: null,
  scale: 261,
};

describe.each(targetNames)("on %s", (target) => {
  beforeAll(() => setTarget(target));
  afterAll(() => setTarget("wasm"));

  test("gradients are nested as the argument is", () => {
    expect(plain(grad(total)(model))).toEqual(gradientOfTotal);
    expect(plain(jit(grad(total))(model))).toEqual(gradientOfTotal);
    expect(plain(vjp(total, model)[1](1))).toEqual([gradientOfTotal]);
    expect(plain(grad(jit(total))(model))).toEqual(gradientOfTotal);
  });

  test("argnums names one argument or several", () => {
    const f = (x: Tensor, y: Tensor, model: Model): Tensor => x.mul(y).mul(model.scale).sum();
    const args = [doubles([1, 2]), doubles(3), model] as const;
    expect(plain(grad(f)(...args))).toEqual([6, 6]);
    expect(plain(grad(f, { argnums: 1 })(...args))).toEqual(6);
    expect(plain(grad(f, { argnums: [1] })(...args))).toEqual([6]);
    const [first, second] = grad(f, { argnums: [2, 0] })(...args);
    expect(plain(first)).toEqual({
      layers: [
        { b: 0, w: [0, 0] },
        { b: 0, w: [0, 0] },
      ],
      nothing: null,
      scale: 9,
    });
    expect(plain(second)).toEqual([6, 6]);
    expect(grad(f, { argnums: [] })(...args)).toEqual([]);
    expect(plain(jacfwd(f, { argnums: 1 })(...args))).toEqual(6);
    expect(plain(jacrev(f, { argnums: 0 })(...args))).toEqual([6, 6]);
    expect(plain(hessian(f, { argnums: 1 })(...args))).toEqual(0);
  });

  test("Jacobians of trees are trees of blocks", () => {
    const f = ({ x, y }: { x: Tensor; y: Tensor }): unknown => ({ sum: x.sum().mul(y), both: [x.mul(y), y] });
    const at = { x: doubles([1, 2]), y: doubles(3) };
    const expected = {
      both: [
        {
          x: [
            [3, 0],
            [0, 3],
          ],
          y: [1, 2],
        },
        { x: [0, 0], y: 1 },
      ],
      sum: { x: [3, 3], y: 3 },
    };
    expect(plain(jacfwd(f)(at))).toEqual(expected);
    expect(plain(jacrev(f)(at))).toEqual(expected);
  });

  test("hasAux hands more through, whatever its shapes and dtypes", () => {
    const f = (x: Tensor): readonly [Tensor, unknown] => [
      x.square().sum(),
      {
        shifted: x.add(1).reshape(2, 1).T,
        signs: x.greater(0),
        count: integers(2),
        nested: [x.sum()],
        none: null,
      },
    ];
    for (const compute of [
      valueAndGrad(f, { hasAux: true }),
      jit(valueAndGrad(f, { hasAux: true })),
      valueAndGrad((x: Tensor) => jit(f)(x), { hasAux: true }),
    ]) {
      const [[value, aux], gradient] = compute(doubles([1, -2]));
      expect(value.item()).toBe(5);
      expect(plain(aux)).toEqual({ count: 2, nested: [-1], none: null, shifted: [[2, -1]], signs: [1, 0] });
      expect(gradient.toArray()).toEqual([2, -4]);
    }
  });

  test("what is beside the loss may depend on it in any way", () => {
    // The loss does not depend on the argument, the rest does; and the other way round.
    const [[, aux], zero] = valueAndGrad((x: Tensor) => [doubles(1), x.mul(2)] as const, { hasAux: true })(
      doubles([1, 2]),
    );
    expect([plain(aux), plain(zero)]).toEqual([
      [2, 4],
      [0, 0],
    ]);
    const [[loss], gradient] = valueAndGrad(
      (x: Tensor) => {
        const value = x.exp().sum();
        return [value, value] as const;
      },
      { hasAux: true },
    )(doubles(0));
    expect([loss.item(), gradient.item()]).toEqual([1, 1]);
  });

  test("numbers stand for tensors: float32 alone, of the primal's dtype as directions", () => {
    expect(grad((x: Tensor) => x.square())(3).dtype).toBe("float32");
    expect(grad((x: Tensor) => x.square())(3).item()).toBe(6);
    const [value, tangent] = jvp((x: Tensor) => x.square(), [doubles(3)], [0.1]);
    expect([value.dtype, tangent.dtype, tangent.item()]).toEqual(["float64", "float64", 0.1 * 6]);
    expect(linearize((x: Tensor) => x.square(), doubles(3))[1](0.1).item()).toBe(0.1 * 6);
    const [cotangent] = vjp((x: Tensor) => x.square(), doubles(3))[1](0.1);
    expect([cotangent.dtype, cotangent.item()]).toEqual(["float64", 0.1 * 6]);
    const product = hvp((x: Tensor) => x.pow(3), [doubles(3)], 0.1);
    expect(product.dtype).toBe("float64");
    expect(product.item()).toBeCloseTo(1.8, 14);
  });

  test("a tensor captured from outside is a constant, also when it is the argument itself", () => {
    const w = doubles([1, 2]);
    const f = (x: Tensor): Tensor => x.mul(w).sum();
    expect(plain(grad(f)(w))).toEqual([1, 2]);
    // Of the outer function it is a variable inside the inner one: x·d/dy(y·x²)(x) = x³.
    const outer = (x: Tensor): Tensor => x.mul(grad((y: Tensor) => y.mul(x.square()))(x));
    expect(grad(outer)(doubles(2)).item()).toBe(12);
    expect(plain(vmap(grad(outer))(doubles([1, 2])))).toEqual([3, 12]);
  });

  test("integers and booleans pass through derivatives", () => {
    const f = (x: Tensor, index: Tensor, flag: Tensor): Tensor => x.take(index).mul(flag).sum();
    const args = [doubles([1, 2, 3]), integers([2, 0, 2]), tensor([true, true, false])] as const;
    expect(plain(grad(f)(...args))).toEqual([1, 0, 1]);
    const [gradient, ofIndex, ofFlag] = vjp(f, ...args)[1](1);
    expect(plain(gradient)).toEqual([1, 0, 1]);
    expect([ofIndex.dtype, plain(ofIndex), ofFlag.dtype]).toEqual(["int32", [0, 0, 0], "bool"]);
    const [, tangent] = jvp(f, args, [
      doubles([1, 10, 100]),
      integers([7, 7, 7]),
      tensor([true, true, true]),
    ]);
    expect(tangent.item()).toBe(101);
    const [whole, none] = jvp((x: Tensor) => x.greater(0), [doubles([1, -1])], [doubles([1, 1])]);
    expect([plain(whole), none.dtype, plain(none)]).toEqual([[1, 0], "bool", [0, 0]]);
  });

  test("booleans are settings, told apart by jit", () => {
    let traces = 0;
    const f = (x: Tensor, { isTwice, list }: { isTwice: boolean; list: boolean[] }) => {
      traces++;
      return { isTwice, y: (isTwice ? x.mul(2) : x).mul(list[0] ? 10 : 1) };
    };
    const compiled = jit(f);
    const call = (isTwice: boolean, first: boolean): unknown =>
      plain(compiled(doubles([1, 2]), { isTwice, list: [first] }));
    expect(call(true, false)).toEqual({ isTwice: true, y: [2, 4] });
    expect(call(false, false)).toEqual({ isTwice: false, y: [1, 2] });
    expect(call(false, true)).toEqual({ isTwice: false, y: [10, 20] });
    expect(call(true, false)).toEqual({ isTwice: true, y: [2, 4] });
    expect(traces).toBe(3);
    const loss = (x: Tensor, isTwice: boolean): Tensor => f(x, { isTwice, list: [true] }).y.sum();
    expect(plain(grad(loss)(doubles([1, 2]), true))).toEqual([20, 20]);
    expect(plain(vmap(loss, { inAxes: [0, null] })(doubles([1, 2]).reshape(1, 2), false))).toEqual([30]);
    expect(jvp(loss, [doubles([1, 2]), true], [doubles([1, 0]), true])[1].item()).toBe(20);
  });

  test("slopes stop where they are told to", () => {
    const f = (x: Tensor): Tensor => x.mul(stopGradient(x.square()));
    expect(grad(f)(doubles(3)).item()).toBe(9);
    expect(grad(grad(f))(doubles(3)).item()).toBe(0);
    expect(jvp(f, [doubles(3)], [1])[1].item()).toBe(9);
    expect(plain(vmap(grad(f))(doubles([1, 2])))).toEqual([1, 4]);
    expect(grad((x: Tensor) => stopGradient(x))(doubles(3)).item()).toBe(0);
  });

  test("functions that do not depend on their argument", () => {
    const one = doubles(1);
    for (const f of [() => one, (x: Tensor) => x.mul(0), () => doubles(2).add(1)] as ((
      x: Tensor,
    ) => Tensor)[]) {
      expect(grad(f)(doubles(3)).item()).toBe(0);
      expect(grad(grad(f))(doubles(3)).item()).toBe(0);
      expect(jvp(f, [doubles(3)], [1])[1].item()).toBe(0);
      expect(jit(grad(f))(doubles(3)).item()).toBe(0);
      expect(plain(vmap(f)(doubles([1, 2])))).toEqual(plain(vmap(jit(f))(doubles([1, 2]))));
      expect(hessian(f)(doubles(3)).item()).toBe(0);
    }
    expect(jit(() => [])()).toEqual([]);
    expect(jit((x: Tensor) => [x, x, one])(doubles(3)).map((x) => x.item())).toEqual([3, 3, 1]);
    expect(plain(jacrev((x: Tensor) => [x, ones([2], { dtype: "float64" })])(doubles(3)))).toEqual([
      1,
      [0, 0],
    ]);
  });

  test("empty tensors", () => {
    const empty = zeros([0], { dtype: "float64" });
    expect(grad((x: Tensor) => x.square().sum())(empty).shape).toEqual([0]);
    expect(hessian((x: Tensor) => x.square().sum())(empty).shape).toEqual([0, 0]);
    expect(jacfwd((x: Tensor) => x.square())(empty).shape).toEqual([0, 0]);
    expect(jacrev((x: Tensor) => x.square())(empty).shape).toEqual([0, 0]);
    expect(vmap((x: Tensor) => x.square())(empty).shape).toEqual([0]);
    expect(vmap(grad((x: Tensor) => x.square().sum()))(zeros([0, 3])).shape).toEqual([0, 3]);
    expect(jit((x: Tensor) => x.sum())(empty).item()).toBe(0);
  });

  test("axes of a batch", () => {
    const x = doubles([1, 2, 3, 4, 5, 6]).reshape(2, 3);
    const f = (row: Tensor, { scale }: { scale: Tensor }): { scaled: Tensor; sum: Tensor } => ({
      scaled: row.mul(scale),
      sum: row.sum(),
    });
    const scale = doubles([10, 100, 1000]);
    const columns = vmap(f, { inAxes: [1, 0], outAxes: { scaled: 1, sum: 0 } })(x, { scale });
    expect(plain(columns)).toEqual({
      scaled: [
        [10, 200, 3000],
        [40, 500, 6000],
      ],
      sum: [5, 7, 9],
    });
    const shared = vmap(f, { inAxes: [-1, { scale: null }], outAxes: -1 })(x, { scale: doubles(2) });
    expect(plain(shared)).toEqual({
      scaled: [
        [2, 4, 6],
        [8, 10, 12],
      ],
      sum: [5, 7, 9],
    });
    const constant = vmap((row: Tensor) => [row.sum(), scale], { outAxes: [0, null] })(x);
    expect(plain(constant)).toEqual([
      [6, 15],
      [10, 100, 1000],
    ]);
  });
});

test("axes may end where all below has the same: a prefix of the tree", () => {
  const x = doubles([1, 2, 3, 4, 5, 6]);
  const model = {
    layers: [
      { w: x.reshape(2, 3), b: doubles([1, 2]) },
      { w: x.reshape(3, 2), b: doubles(10) },
    ],
    scale: { inner: [doubles(2)] },
  };
  const f = ({ layers: [first, second], scale }: typeof model, y: Tensor) => ({
    value: { sums: [first!.w.sum(), second!.w.mul(y).sum()], plain: scale.inner[0]! },
    rest: [first!.w.mul(first!.b).add(second!.b)],
  });
  const mapped = vmap(f, {
    inAxes: [{ layers: [0, { w: 1, b: null }], scale: null }, null],
    outAxes: { value: { sums: 0, plain: null }, rest: 1 },
  })(model, doubles(3));
  expect(plain(mapped)).toEqual({
    value: { sums: [[6, 15], [27, 36]], plain: 2 }, // prettier-ignore
    rest: [[[11, 18], [12, 20], [13, 22]]], // prettier-ignore
  });
});

describe("the program of a function", () => {
  test("captured tensors are its leading inputs, numbers its literals", () => {
    const captured = ones([2], { dtype: "float64" });
    const f = (x: Tensor, n: Tensor): Tensor => x.mul(captured).add(n).mul(0.5).add(captured);
    expect(String(makeProgram(f)(ones([2], { dtype: "float64" }), integers(3)))).toBe(
      [
        "program(a: float64[2], b: float64[2], c: int32[]) {",
        "  d: float64[2] = mul(b, a)",
        '  e: float64[] = convert(c) {"dtype":"float64"}',
        "  f: float64[2] = add(d, e)",
        "  g: float64[2] = mul(f, 0.5:float64)",
        "  h: float64[2] = add(g, a)",
        "  return h",
        "}",
      ].join("\n"),
    );
  });

  test("numbers take the dtype of what they meet, if it can hold them", () => {
    const f = (n: Tensor, flag: Tensor): Tensor[] => [n.add(2), n.add(0.5), flag.add(flag), flag.mul(0.5)];
    expect(String(makeProgram(f)(integers([1, 2]), tensor([true, false])))).toBe(
      [
        "program(a: int32[2], b: bool[2]) {",
        "  c: int32[2] = add(a, 2:int32)",
        '  d: float32[2] = convert(a) {"dtype":"float32"}',
        "  e: float32[2] = add(d, 0.5:float32)",
        '  f: int32[2] = convert(b) {"dtype":"int32"}',
        '  g: int32[2] = convert(b) {"dtype":"int32"}',
        "  h: int32[2] = add(f, g)",
        '  i: float32[2] = convert(b) {"dtype":"float32"}',
        "  j: float32[2] = mul(i, 0.5:float32)",
        "  return c, e, h, j",
        "}",
      ].join("\n"),
    );
  });

  test("what is computed in vain is left out, and arguments that nobody uses stay", () => {
    const f = (x: Tensor, unused: Tensor): Tensor => {
      void unused.exp();
      void x.sin();
      return x.neg();
    };
    expect(printProgram(makeProgram(f)(ones([2]), ones([3])))).toBe(
      "program(a: float32[2], b: float32[3]) {\n  c: float32[2] = neg(a)\n  return c\n}",
    );
  });

  test("the gradient of a loss reads like the chain rule", () => {
    expect(String(makeProgram(grad((x: Tensor) => x.sin().exp()))(0))).toBe(
      [
        "program(a: float32[]) {",
        "  b: float32[] = sin(a)",
        "  c: float32[] = cos(a)",
        "  d: float32[] = exp(b)",
        "  e: float32[] = mul(d, 1:float32)",
        "  f: float32[] = mul(c, e)",
        "  return f",
        "}",
      ].join("\n"),
    );
  });
});

describe("what is refused", () => {
  const x = doubles([1, 2]);
  const square = (z: Tensor): Tensor => z.square();
  const loss = (z: Tensor, _y?: Tensor): Tensor => z.square().sum();
  /** A function of a type that the transforms do not take. */
  const wrong = (f: (...args: never[]) => unknown) => f as unknown as (z: Tensor) => Tensor;

  test.each<[what: string, error: new (...args: never[]) => Error, message: string, run: () => unknown]>([
    [
      "a loss that is no scalar",
      ShapeError,
      "grad: the function returned shape [2], but a gradient is of a scalar\n  add .mean() or .sum()",
      () => grad(square)(x),
    ],
    [
      "an integer loss",
      DTypeError,
      "grad: the function returned int32, which has no slope",
      () => grad((z: Tensor) => z.sum().astype("int32"))(x),
    ],
    [
      "two losses",
      ArgumentError,
      "valueAndGrad: the function must return one scalar, not 2 tensors",
      () => valueAndGrad(wrong((z: Tensor) => [z.sum(), z.sum()]))(x),
    ],
    [
      "no loss",
      ArgumentError,
      "must return one scalar, not 0 tensors",
      () => grad(wrong(() => undefined))(x),
    ],
    [
      "a promise",
      ArgumentError,
      "grad: the function's result: the value is a Promise",
      () => grad(wrong(() => Promise.resolve(x)))(x),
    ],
    [
      "an integer argument",
      DTypeError,
      'grad: cannot differentiate by a tensor of dtype int32; make it a float with .astype("float32")',
      () => grad((z: Tensor) => z.mul(0.5).sum())(integers([1, 2])),
    ],
    [
      "an integer in a tree",
      DTypeError,
      "dtype bool",
      () => grad((z: { a: Tensor; b: Tensor }) => z.a.sum())({ a: x, b: tensor([true]) }),
    ],
    [
      "Jacobians by integers",
      DTypeError,
      "jacfwd: cannot differentiate by a tensor of dtype int32",
      () => jacfwd(square)(integers([1, 2])),
    ],
    [
      "Jacobians by integers, in reverse",
      DTypeError,
      "jacrev: cannot differentiate",
      () => jacrev(square)(integers([1, 2])),
    ],
    [
      "argnums beyond the arguments",
      ArgumentError,
      "grad: argnums 1, but the function was called with 1 argument",
      () => grad(loss, { argnums: 1 as never })(x),
    ],
    ["negative argnums", ArgumentError, "argnums -1, but", () => grad(loss, { argnums: -1 as never })(x)],
    [
      "argnums with a fraction",
      ArgumentError,
      "argnums 0.5, but",
      () => grad(loss, { argnums: 0.5 as never })(x),
    ],
    [
      "argnums twice",
      ArgumentError,
      "argnums [0, 0] name an argument twice",
      () => grad(loss, { argnums: [0, 0] })(x),
    ],
    [
      "argnums of a Jacobian",
      ArgumentError,
      "jacrev: argnums 2, but the function was called with 1 argument",
      () => jacrev(square, { argnums: 2 })(x),
    ],
    ["argnums of a Hessian", ArgumentError, "argnums 2, but", () => hessian(loss, { argnums: 2 })(x)],
    [
      "a text among the arguments",
      ArgumentError,
      "grad: [0].name is a string",
      () => grad(loss)({ w: x, name: "w" } as never),
    ],
    [
      "a Map among the arguments",
      ArgumentError,
      "jit: [0] is a Map",
      () => jit((z: unknown) => z)(new Map()),
    ],

    [
      "a tangent of another shape",
      ShapeError,
      "jvp: tangent of shape [3] for primal of shape [2]; they must be equal",
      () => jvp(square, [x], [ones([3], { dtype: "float64" })]),
    ],
    [
      "a number as tangent of a vector",
      ShapeError,
      "tangent of shape [] for primal of shape [2]",
      () => jvp(square, [x], [1]),
    ],
    [
      "a tangent of another dtype",
      DTypeError,
      'jvp: tangent of dtype float32 for primal of dtype float64; write .astype("float64")',
      () => jvp(square, [x], [ones([2])]),
    ],
    [
      "tangents nested otherwise",
      ArgumentError,
      "jvp: the tangents are nested otherwise than the primals (1 tensors for 1)",
      () => jvp(({ a }: { a: Tensor }) => a, [{ a: x }], [{ b: x }] as never),
    ],
    [
      "too few tangents",
      ArgumentError,
      "(1 tensors for 2)",
      () => jvp((a: Tensor, b: Tensor) => a.add(b), [x, x], [x] as never),
    ],
    [
      "a tangent of another shape, later",
      ShapeError,
      "linearize: tangent of shape [3]",
      () => linearize(square, x)[1](ones([3], { dtype: "float64" })),
    ],
    [
      "a vector of another shape",
      ShapeError,
      "jvp: tangent of shape [3]",
      () => hvp(loss, [x], ones([3], { dtype: "float64" })),
    ],
    [
      "a cotangent of another shape",
      ShapeError,
      "vjp: cotangent of shape [3] for output of shape [2]",
      () => vjp(square, x)[1](ones([3], { dtype: "float64" })),
    ],
    [
      "a cotangent of another dtype",
      DTypeError,
      "vjp: cotangent of dtype float32 for output of dtype float64",
      () => vjp(square, x)[1](ones([2])),
    ],
    [
      "cotangents nested otherwise",
      ArgumentError,
      "vjp: the cotangents are nested otherwise than the outputs",
      () => vjp((z: Tensor) => [z, z], x)[1]([x]),
    ],

    [
      "a tensor where JavaScript wants a number",
      ArgumentError,
      "stands where JavaScript wants a number (i < n, n * 2, Math.sqrt(n))\n  write item()",
      () =>
        grad((z: Tensor, n: number) => {
          let y = z;
          for (let i = 0; i < n; i++) y = y.mul(z);
          return y.sum();
        })(x, 3),
    ],
    [
      "no batch axis",
      ArgumentError,
      "vmap: no argument has a batch axis",
      () => vmap(square, { inAxes: null })(x),
    ],
    [
      "batch axes of different lengths",
      ShapeError,
      "vmap: batch axes differ in length: 2, 3, from shapes [2], [3]",
      () => vmap((a: Tensor, b: Tensor) => a.add(b))(x, ones([3])),
    ],
    [
      "a batch axis that is not there",
      ArgumentError,
      "vmap: axis 1 is out of range for rank 1",
      () => vmap(square, { inAxes: 1 })(x),
    ],
    ["a scalar to go along", ArgumentError, "vmap: axis 0 given for a scalar", () => vmap(square)(1)],
    [
      "too many axes",
      ArgumentError,
      "vmap: 2 axes given for 1 values",
      () => vmap(square, { inAxes: [0, 0] })(x),
    ],
    [
      "an axis without name",
      ArgumentError,
      'vmap: no axis given for "a"',
      () => vmap((z: { a: Tensor; b: Tensor }) => z.a, { inAxes: [{ b: 0 }] })({ a: x, b: x }),
    ],
    [
      "an axis for what is not there",
      ArgumentError,
      'vmap: an axis given for "b", but there are a',
      () => vmap((z: { a: Tensor }) => z.a, { inAxes: [{ a: 0, b: 0 }] })({ a: x }),
    ],
    [
      "axes by name without the list of arguments",
      ArgumentError,
      "vmap: axes by name (a) given for a list; write them nested as the values are, in inAxes within a list",
      () => vmap((z: { a: Tensor }) => z.a, { inAxes: { a: 0 } })({ a: x }),
    ],
    [
      "axes by name for a tensor",
      ArgumentError,
      "vmap: axes by name (a) given for a tensor",
      () => vmap(square, { inAxes: [{ a: 0 }] })(x),
    ],
    [
      "outAxes null for a batch",
      ArgumentError,
      "vmap: outAxes is null for a result that differs along the batch",
      () => vmap(square, { outAxes: null })(x),
    ],
  ])("%s", (_, error, message, run) => {
    expect(run).toThrow(error);
    expect(run).toThrow(message);
  });
});
