/** Whole derivations as text. */
import { derivationText } from "downhill/explain";
import { derive } from "downhill/formula";
import { expect, test } from "vitest";

test("squared error of a line", () => {
  const derivation = derive("(y - (w*x + b))^2", {
    variables: ["w", "x", "b", "y"],
    wrt: ["w", "b"],
    at: { w: 1, b: 2, x: 3, y: 4 },
  });
  expect(`${derivationText(derivation, { width: 90 }).replace(/\d\.\de−1\d/g, "#")}\n`).toBe(`\
f(w, x, b, y) = (y − (w x + b))²

Steps
  u₁ = w x      ∂u₁/∂w = x     constant factor
  u₂ = u₁ + b   ∂u₂/∂u₁ = 1    sum rule
                ∂u₂/∂b = 1     sum rule
  u₃ = y − u₂   ∂u₃/∂u₂ = −1   sum rule
  f = u₃²       ∂f/∂u₃ = 2u₃   power rule

Slope by w
  f → u₃ → u₂ → u₁ → w
  ∂f/∂w = 2u₃ · (−1) · 1 · x
        = −2x(y − (w x + b))

Slope by b
  f → u₃ → u₂ → b
  ∂f/∂b = 2u₃ · (−1) · 1
        = −2(y − (w x + b))

At w = 1, x = 3, b = 2, y = 4: f(w, x, b, y) = 1
                value   ∂f/∂…   measured
  w                 1       6          6
  b                 2       2          2
  u₁ = w x          3       2          2
  u₂ = u₁ + b       5       2          2
  u₃ = y − u₂      −1      −2         −2
  f = u₃²           1       1          1

  w up by 0.01 → f up by about 0.06 (in fact by 0.0609): step w down to lower f
  b up by 0.01 → f up by about 0.02 (in fact by 0.0201): step b down to lower f

Rules
  constant factor   A factor that stays fixed stays in front: twice the factor, twice the
                    slope.
  sum rule          A sum changes by as much as its term does; a subtracted term counts
                    with a minus sign.
  power rule        The exponent comes down in front as a factor, and the power is lowered
                    by one.
  chain rule        Along a path the slopes multiply; where several paths lead from the
                    variable to the result, their products add up.
  constant rule     What does not depend on the variable has slope 0.

Checked
  agrees at 16 random points and the one given: largest relative difference # to the
  engine's gradient, # to central differences
`);
});
