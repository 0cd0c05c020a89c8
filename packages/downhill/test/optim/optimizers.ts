/** Every optimizer, with rates under which it must reach a minimum. */
import { optim } from "downhill";

export interface OptimizerRow {
  readonly name: string;
  readonly make: (learningRate: optim.LearningRate) => optim.Optimizer;
  /** The first rate of a cosine decay: for a parabola, and for Rosenbrock's valley. */
  readonly parabola: number;
  readonly valley: number;
}

export const rows: readonly OptimizerRow[] = [
  { name: "sgd", make: (learningRate) => optim.sgd({ learningRate }), parabola: 0.1, valley: 2e-3 },
  { name: "momentum", make: (learningRate) => optim.momentum({ learningRate }), parabola: 0.1, valley: 1e-3 },
  {
    name: "momentum with dampening",
    make: (learningRate) => optim.momentum({ learningRate, dampening: 0.5 }),
    parabola: 0.1,
    valley: 1e-3,
  },
  { name: "nesterov", make: (learningRate) => optim.nesterov({ learningRate }), parabola: 0.1, valley: 1e-3 },
  { name: "adagrad", make: (learningRate) => optim.adagrad({ learningRate }), parabola: 1, valley: 0.3 },
  {
    name: "adadelta",
    make: (learningRate) => optim.adadelta({ learningRate }),
    parabola: 10,
    valley: 3,
  },
  { name: "rmsprop", make: (learningRate) => optim.rmsprop({ learningRate }), parabola: 0.1, valley: 5e-3 },
  {
    name: "rmsprop, centered, with momentum",
    make: (learningRate) => optim.rmsprop({ learningRate, centered: true, momentum: 0.5 }),
    parabola: 0.1,
    valley: 2e-3,
  },
  { name: "adam", make: (learningRate) => optim.adam({ learningRate }), parabola: 0.1, valley: 0.1 },
  { name: "adamw", make: (learningRate) => optim.adamw({ learningRate }), parabola: 0.1, valley: 0.1 },
  { name: "nadam", make: (learningRate) => optim.nadam({ learningRate }), parabola: 0.1, valley: 0.1 },
  {
    name: "nadam with growing momentum",
    make: (learningRate) => optim.nadam({ learningRate, momentumDecay: 0.004 }),
    parabola: 0.1,
    valley: 0.02,
  },
  {
    // Its first steps are not scaled, and too long for the walls of the valley.
    name: "radam of clipped gradients",
    make: (learningRate) => optim.chain(optim.clipByGlobalNorm(1), optim.radam({ learningRate })),
    parabola: 1,
    valley: 0.1,
  },
  { name: "adamax", make: (learningRate) => optim.adamax({ learningRate }), parabola: 1, valley: 0.3 },
  { name: "amsgrad", make: (learningRate) => optim.amsgrad({ learningRate }), parabola: 1, valley: 0.3 },
  { name: "lion", make: (learningRate) => optim.lion({ learningRate }), parabola: 0.1, valley: 2e-2 },
  {
    name: "adabelief",
    make: (learningRate) => optim.adabelief({ learningRate }),
    parabola: 0.1,
    valley: 0.1,
  },
  { name: "lamb", make: (learningRate) => optim.lamb({ learningRate }), parabola: 0.1, valley: 2e-2 },
];
