/** What is found about one argument. */
import type { LineCheck } from "./line.ts";

/** One tensor of the arguments, moved alone. */
export interface ArgumentCheck extends LineCheck {
  /** Where it stands: `argument 0`, `argument 1.layers[0].kernel`. */
  readonly path: string;
  /** 1 for the function, 2 for its gradient. */
  readonly order: 1 | 2;
  /** The derivative along the same direction by forward mode; `derivative` is that by reverse mode. */
  readonly forward: number;
  /** Whether the modes agree as far as rounding goes. */
  readonly modesAgree: boolean;
}
