/** The optimizer that each update rule of test/golden/optimizers.json and more-optimizers.json is here. */
import { optim } from "downhill";
import * as all from "downhill/optim";

type Hyperparameters = Readonly<Record<string, number>>;

const betas = ({ lr, beta1, beta2, eps }: Hyperparameters) => ({
  learningRate: lr!,
  beta1: beta1!,
  beta2: beta2!,
  eps: eps!,
});

/** The same settings as they are named here. */
const camelCased = (h: Hyperparameters): { readonly learningRate: number } =>
  Object.fromEntries(
    Object.entries(h).map(([name, value]) => [
      name === "lr" ? "learningRate" : name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  ) as { readonly learningRate: number };

const sgd = ({
  lr,
  momentum = 0,
  dampening = 0,
  nesterov,
  weight_decay = 0,
}: Hyperparameters): optim.Optimizer =>
  optim.sgd({
    learningRate: lr!,
    momentum,
    dampening,
    nesterov: Boolean(nesterov),
    weightDecay: weight_decay,
  });

const rmsprop =
  (epsInSqrt: boolean) =>
  ({ lr, decay, eps, centered, momentum = 0 }: Hyperparameters) =>
    optim.rmsprop({
      learningRate: lr!,
      decay: decay!,
      eps: eps!,
      epsInSqrt,
      centered: Boolean(centered),
      momentum,
    });

export const optimizers: Readonly<Record<string, (h: Hyperparameters) => optim.Optimizer>> = {
  sgd,
  momentum: sgd,
  nesterov: sgd,
  momentum_dampening: sgd,
  sgd_weight_decay: sgd,
  adagrad_eps_inside: ({ lr, eps, initial_accumulator_value }) =>
    optim.adagrad({ learningRate: lr!, eps: eps!, initialAccumulatorValue: initial_accumulator_value! }),
  adagrad_eps_outside: ({ lr, eps, initial_accumulator_value, lr_decay }) =>
    optim.adagrad({
      learningRate: (step) => step.mul(lr_decay!).add(1).pow(-1).mul(lr!),
      eps: eps!,
      initialAccumulatorValue: initial_accumulator_value!,
      epsInSqrt: false,
    }),
  adadelta: ({ lr, rho, eps }) => optim.adadelta({ learningRate: lr!, rho: rho!, eps: eps! }),
  rmsprop_eps_inside: rmsprop(true),
  rmsprop_eps_outside: rmsprop(false),
  adam: (h) => optim.adam(betas(h)),
  adam_l2: (h) => optim.chain(optim.addDecayedWeights(h.weight_decay!), optim.adam(betas(h))),
  adamw: (h) => optim.adamw({ ...betas(h), weightDecay: h.weight_decay! }),
  amsgrad_max_of_corrected: (h) => optim.amsgrad(betas(h)),
  amsgrad_max_of_raw: (h) => optim.amsgrad({ ...betas(h), maximumOf: "raw" }),
  nadam_constant_beta: (h) => optim.nadam(betas(h)),
  nadam_momentum_schedule: (h) => optim.nadam({ ...betas(h), momentumDecay: h.momentum_decay! }),
  radam_eps_after_correction: (h) => optim.radam(betas(h)),
  radam_eps_before_correction: (h) => optim.radam({ ...betas(h), epsTo: "raw" }),
  adamax: (h) => optim.adamax(betas(h)),
  lion: ({ lr, beta1, beta2, weight_decay }) =>
    optim.lion({ learningRate: lr!, beta1: beta1!, beta2: beta2!, weightDecay: weight_decay! }),
  adabelief: (h) => optim.adabelief({ ...betas(h), epsRoot: h.eps_root! }),
  lamb: (h) => optim.lamb({ ...betas(h), weightDecay: h.weight_decay! }),
  lars: (h) => all.lars(camelCased(h)),
  yogi: (h) => all.yogi(camelCased(h)),
  rprop: (h) => all.rprop(camelCased(h)),
  adafactor: (h) => all.adafactor(camelCased(h)),
  muon: (h) => all.muon(camelCased(h)),
  schedule_free_sgd: (h) => all.scheduleFreeSgd(camelCased(h)),
  schedule_free_adamw: (h) => all.scheduleFreeAdamw(camelCased(h)),
  ema_sgd: ({ lr, decay, debias }) =>
    optim.chain(all.ema(decay!, { debias: Boolean(debias) }), optim.scale(-lr!)),
  lookahead_adam: ({ lr, ...h }) =>
    all.lookahead(optim.adam({ learningRate: lr! }), camelCased(h) as all.LookaheadOptions),
  multi_steps_adam: ({ lr, every, use_grad_mean }) =>
    all.multiSteps(optim.adam({ learningRate: lr! }), every!, { useGradMean: Boolean(use_grad_mean) }),
  reduce_on_plateau_sgd: ({ lr, ...h }) =>
    optim.chain(
      optim.sgd({ learningRate: lr! }),
      all.reduceOnPlateau(camelCased(h) as all.ReduceOnPlateauOptions),
    ),
  multi_transform: ({ lr }) =>
    all.multiTransform(
      { slow: optim.momentum({ learningRate: lr! }), fast: optim.adam({ learningRate: 10 * lr! }) },
      { W: "slow", b: "fast" },
    ),
  masked_decay_sgd: ({ lr, weight_decay }) =>
    optim.chain(
      all.masked(optim.addDecayedWeights(weight_decay!), (_, path) => path === "W"),
      optim.sgd({ learningRate: lr! }),
    ),
};
