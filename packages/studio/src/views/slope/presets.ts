/** Functions to begin with, each with a place where something is to be seen. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly at: Readonly<Record<string, number>>;
  /** What part of each variable is shown at first. */
  readonly range: Readonly<Record<string, readonly [low: number, high: number]>>;
  readonly about: string;
}

export const presets: readonly Preset[] = [
  {
    id: "parabola",
    title: "Parabola",
    text: "x^2",
    at: { x: 1.5 },
    range: { x: [-3, 3] },
    about: "The slope is twice the distance from the lowest point: the nearer, the gentler.",
  },
  {
    id: "squared",
    title: "Squared error",
    text: "(3 - (2*w + b))^2",
    at: { w: 0.4, b: 0.6 },
    range: { w: [-1, 3], b: [-1.5, 2.5] },
    about:
      "The mistake of the line w·x + b at x = 2, y = 3. Every point of the valley floor is a line through that point.",
  },
  {
    id: "logloss",
    title: "Log loss",
    text: "softplus(w*1.5 + b) - (w*1.5 + b)",
    at: { w: -1, b: -0.5 },
    range: { w: [-4, 4], b: [-4, 4] },
    about: "The mistake −ln σ(w·x + b) for a yes at x = 1.5: its slope by the weighted sum is σ − 1.",
  },
  {
    id: "wave",
    title: "Waves",
    text: "sin(3*x)/2 + x^2/5",
    at: { x: 1.9 },
    range: { x: [-4, 4] },
    about: "Several valleys: downhill leads to the nearest one, which need not be the lowest.",
  },
  {
    id: "bowl",
    title: "Bowl",
    text: "x^2 + 2*y^2",
    at: { x: -1.4, y: 1.1 },
    range: { x: [-2, 2], y: [-2, 2] },
    about: "Each partial derivative sees one variable only; the gradient has both.",
  },
  {
    id: "ravine",
    title: "Ravine",
    text: "x^2/2 + 12*y^2",
    at: { x: -1.6, y: 0.45 },
    range: { x: [-2, 2], y: [-1, 1] },
    about: "Steep across, flat along: downhill points at the other wall, hardly at the minimum.",
  },
  {
    id: "saddle",
    title: "Saddle",
    text: "x^2 - y^2 + y^4/4",
    at: { x: 0.9, y: 0.25 },
    range: { x: [-2, 2], y: [-2, 2] },
    about: "At the pass between two valleys both partials are 0, and yet it goes downhill.",
  },
  {
    id: "rosenbrock",
    title: "Rosenbrock",
    text: "(1 - x)^2 + 100*(y - x^2)^2",
    at: { x: -1.2, y: 1 },
    range: { x: [-2, 2], y: [-1, 3] },
    about: "A bent ravine: the gradient is large and leads across, the minimum (1, 1) lies along.",
  },
  {
    id: "beale",
    title: "Beale",
    text: "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
    at: { x: 1, y: 1.4 },
    range: { x: [-4.5, 4.5], y: [-2.5, 2.5] },
    about: "A plain with walls: almost no slope for long, then far too much.",
  },
  {
    id: "himmelblau",
    title: "Himmelblau",
    text: "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    at: { x: -0.4, y: -1.2 },
    range: { x: [-5, 5], y: [-5, 5] },
    about: "Four valleys of the same depth: the start decides in which one a descent ends.",
  },
];
