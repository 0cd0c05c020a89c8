/** Races to begin with: one that goes well, and one for each way to fail. */
export interface DescentPreset {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly text: string;
  readonly from: Readonly<Record<string, number>>;
  /** As in the address: optimizer:rate. */
  readonly runs: string;
  readonly steps: number;
}

export const descentPresets: readonly DescentPreset[] = [
  {
    id: "good",
    title: "A good start",
    about: "Three optimizers, each at the rate that the library finds for it, from the same start.",
    text: "x^2/2 + 4*y^2",
    from: { x: -1.8, y: 0.9 },
    runs: "gd:auto,momentum:auto,adam:auto",
    steps: 60,
  },
  {
    id: "small",
    title: "Too small",
    about: "Every step is right and almost nothing happens: a hundred steps, and the minimum is still far.",
    text: "x^2 + 2*y^2",
    from: { x: -1.6, y: 1.2 },
    runs: "gd:0.004",
    steps: 100,
  },
  {
    id: "large",
    title: "Too large",
    about:
      "The rate is just above 2/λmax: each step lands a little higher on the other wall, and the error grows.",
    text: "x^2 + 2*y^2",
    from: { x: -1.6, y: 0.2 },
    runs: "gd:0.52",
    steps: 40,
  },
  {
    id: "ravine",
    title: "Ravine",
    about:
      "The steep walls set the largest rate, and at that rate the flat floor takes for ever. Momentum and Adam know a way.",
    text: "x^2/2 + 25*y^2",
    from: { x: -1.9, y: 0.28 },
    runs: "gd:0.036,momentum:0.02,adam:0.1",
    steps: 80,
  },
  {
    id: "plateau",
    title: "Plateau",
    about: "Hardly any slope, so hardly any step. Optimizers that divide by the size of the slope walk on.",
    text: "1 - exp(-(x^2 + y^2)/2)",
    from: { x: -2.6, y: 1.7 },
    runs: "gd:0.8,rmsprop:0.05,adam:0.1",
    steps: 100,
  },
  {
    id: "saddle",
    title: "Saddle",
    about:
      "On the ridge the slope leads to the pass, and there it vanishes. Only a little to the side it goes down.",
    text: "x^2 - y^2 + y^4/4",
    from: { x: 1.7, y: 0.001 },
    runs: "gd:0.1,momentum:0.03,adam:0.1",
    steps: 100,
  },
  {
    id: "cliff",
    title: "Cliff",
    about:
      "One step on the steep wall throws plain gradient descent far across the plain. Adam's steps have their length from the rate.",
    text: "x^2/8 + y^2/8 + softplus(25*(y - 1))",
    from: { x: -2, y: 1.3 },
    runs: "gd:0.5,adam:0.2",
    steps: 80,
  },
  {
    id: "rosenbrock",
    title: "Rosenbrock",
    about:
      "The curvature at the start is not that at the minimum: a rate that is safe at one may be too high at the other.",
    text: "(1 - x)^2 + 100*(y - x^2)^2",
    from: { x: -1.2, y: 1 },
    runs: "gd:auto,momentum:auto,adam:0.1,lbfgs:auto",
    steps: 200,
  },
];
