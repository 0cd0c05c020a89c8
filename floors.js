/**
 * The floors of packages/downhill/src, lowest first. A floor may import itself and the floors below it, never one
 * above; nothing imports in a circle. Files that lie directly in src/ are the doors of the library (`doors` below), and
 * no floor imports them.
 */
export const floors = [
  "tensor", //      values: Tensor, dtypes, shapes, trees of tensors, random keys
  "program", //     functions as data: tracing, printing, parsing, verifying, hashing
  "primitives", //  one record per primitive operation
  "functions", //   what users call, composed of primitives
  "transforms", //  grad, jvp, vjp, vmap, jit, ...
  "compiler", //    program to loop code that knows no target
  "targets", //     reference (the oracle), wasm, native
  "optim", //       gradient transformations and schedules
  "curvature", //   eigenvalues of Hessians, the border of stable learning rates
  "nn", //          layers, initialisers, losses
  "learn", //       training loop, estimators, metrics, preprocessing
  "explain", //     derivations, gradient check, descent step by step, divergence
  "io", //          safetensors, model cards
  "formula", //     formulas as text: the entry downhill/formula
];

/**
 * The floor `targets` has rooms. Those of the targets are closed to each other; what several of them need lies in the room
 * below, `shared`, which imports none of them.
 */
export const rooms = { floor: "targets", below: "shared", above: ["reference", "wasm", "native"] };

/** Floors that a floor may not import although they lie below it. */
export const closedTo = {
  io: ["learn", "explain"],
  formula: ["io"],
};

/**
 * The doors, and the floors that must not come in by them, not even by way of others: who opens `downhill` loads neither
 * estimators nor derivations. `downhill` is src/index.ts, `downhill/learn` src/learn.ts, and so on.
 */
export const doors = {
  index: ["curvature", "learn", "explain", "io", "formula"],
  learn: ["explain", "formula"],
  explain: ["io", "formula"],
  formula: ["io"],
  optim: ["curvature", "nn", "learn", "explain", "io", "formula"],
  linalg: ["optim", "curvature", "nn", "learn", "explain", "io", "formula"],
  native: ["optim", "curvature", "learn", "explain", "io", "formula"],
};

/** The only floor that uses a package of others, and what its name is. */
export const dependent = { floor: "formula", on: "mathjs" };
