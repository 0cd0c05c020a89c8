/** Every optimizer, with rates under which it must reach a minimum. */
import { optim, Tensor, tensor } from "downhill";
import * as all from "downhill/optim";

export interface OptimizerRow {
  readonly name: string;
  readonly make: (learningRate: optim.LearningRate) => optim.Optimizer;
  /** The first rate of a cosine decay: for a parabola, and for Rosenbrock's valley. */
  readonly parabola: number;
  readonly valley: number;
  /** For a logistic regression; that of the parabola if left out. */
  readonly logistic?: number;
}

export const rows: readonly OptimizerRow[] = [
  {
    name: "sgd",
    make: (learningRate) => optim.sgd({ learningRate }),
    parabola: 0.1,
    valley: 2e-3,
    logistic: 1,
  },
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
  { name: "lars", make: (learningRate) => all.lars({ learningRate }), parabola: 20, valley: 1 },
  { name: "yogi", make: (learningRate) => all.yogi({ learningRate }), parabola: 0.3, valley: 0.1 },
  {
    // It keeps rates of its own: of a schedule it takes the first.
    name: "rprop",
    make: (learningRate) =>
      all.rprop({
        learningRate:
          typeof learningRate === "function" ? learningRate(tensor(0, { dtype: "float64" })) : learningRate,
      }),
    parabola: 0.1,
    valley: 0.01,
  },
  { name: "adafactor", make: (learningRate) => all.adafactor({ learningRate }), parabola: 0.3, valley: 0.03 },
  { name: "muon", make: (learningRate) => all.muon({ learningRate }), parabola: 0.1, valley: 0.1 },
  {
    name: "schedule-free sgd",
    make: (learningRate) => all.scheduleFreeSgd({ learningRate }),
    parabola: 0.3,
    valley: 4e-3,
    logistic: 3,
  },
  {
    name: "schedule-free adamw",
    make: (learningRate) => all.scheduleFreeAdamw({ learningRate }),
    parabola: 2,
    valley: 0.1,
  },
  {
    name: "average gradients",
    make: (learningRate) => optim.chain(all.ema(0.9), optim.scaleByLearningRate(learningRate)),
    parabola: 0.1,
    valley: 2e-3,
    logistic: 1,
  },
  {
    name: "lookahead",
    make: (learningRate) => all.lookahead(optim.adam({ learningRate })),
    parabola: 0.3,
    valley: 0.1,
  },
  {
    name: "steps of one gradient",
    make: (learningRate) => all.multiSteps(optim.adam({ learningRate }), 1),
    parabola: 0.1,
    valley: 0.1,
  },
  {
    name: "reduced on plateaus",
    make: (learningRate) =>
      optim.chain(optim.adam({ learningRate }), all.reduceOnPlateau({ factor: 0.9, patience: 200 })),
    parabola: 0.1,
    valley: 0.1,
  },
  {
    name: "groups",
    make: (learningRate) =>
      all.multiTransform(
        { matrices: optim.momentum({ learningRate }), others: optim.adam({ learningRate }) },
        ({ rank }) => (rank > 1 ? "matrices" : "others"),
      ),
    parabola: 0.1,
    valley: 0.1,
  },
  {
    name: "masked and rid of NaN",
    make: (learningRate) =>
      optim.chain(
        all.zeroNans(),
        all.masked(optim.clipByGlobalNorm(10), () => true),
        optim.adam({ learningRate }),
      ),
    parabola: 0.1,
    valley: 0.1,
  },
  {
    name: "injected",
    make: (learningRate) =>
      learningRate instanceof Tensor
        ? optim.adam({ learningRate })
        : all.injectHyperparams(optim.adam, { learningRate }),
    parabola: 0.1,
    valley: 0.1,
  },
];
