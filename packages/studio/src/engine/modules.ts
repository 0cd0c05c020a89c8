/** The modules of tasks, each loaded when it is first asked. A view that computes something of its own adds a line. */
export const modules = {
  formula: () => import("./formula/tasks.ts"),
  undefined: () => import("./formula/undefined.ts"),
  descent: () => import("../views/descent/tasks.ts"),
  train: () => import("../views/train/tasks.ts"),
  home: () => import("../views/train/home/tasks.ts"),
  model: () => import("../views/model/tasks.ts"),
  chain: () => import("../views/chain/tasks.ts"),
} satisfies Readonly<Record<string, () => Promise<object>>>;

export type Modules = {
  readonly [M in keyof typeof modules]: Awaited<ReturnType<(typeof modules)[M]>>;
};
