/** The script of a page with a policy: a compiled call, twice, and a slope outside of any. */
import { grad, jit, random, type Tensor } from "downhill";

const x = random.normal(random.key(0), [300, 300]);
const product = jit((a: Tensor) => a.matmul(a).mul(0.01).tanh().sum());
const slope = grad((a: Tensor) => a.matmul(a).mean());

/** To be compared with what Node computes. */
export const compute = (): number[] => [product(x).item(), product(x).item(), slope(x).sum().item()];

if (typeof document !== "undefined") document.title = JSON.stringify(compute());
