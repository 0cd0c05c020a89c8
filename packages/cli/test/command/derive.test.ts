import { describe, expect, it } from "vitest";
import { commandFolder } from "./process.ts";

const folder = commandFolder();

const squaredError = ["derive", "(y - (w*x + b))^2", "--wrt", "w,b"];

describe("downhill derive", () => {
  it("prints steps, slopes, results, rules and the check, without colours where it is piped", async () => {
    const { stdout, stderr } = await folder.succeed([...squaredError, "--at", "w=1,b=2,x=3,y=4"]);
    expect(stderr).toBe("");
    expect(stdout).not.toMatch(/\p{Cc}\[/u);
    for (const line of [
      "f(y, w, x, b) = (y − (w x + b))²",
      "  u₃ = y − u₂   ∂u₃/∂u₂ = −1   sum rule",
      "  f → u₃ → u₂ → u₁ → w",
      "  ∂f/∂w = 2u₃ · (−1) · 1 · x",
      "        = −2x(y − (w x + b))",
      "At y = 4, w = 1, x = 3, b = 2: f(y, w, x, b) = 1",
      "  w up by 0.01 → f up by about 0.06 (in fact by 0.0609): step w down to lower f",
      "  power rule        The exponent comes down in front as a factor, and the power is lowered by one.",
    ])
      expect(stdout.split("\n")).toContain(line);
    expect(stdout).toMatch(
      /agrees at 16 random points and the one given: largest relative difference \S+ to the/,
    );
    expect(Math.max(...stdout.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(100);
  });

  it("has colours on terminals", async () => {
    const { stdout } = await folder.succeed(squaredError, { env: { FORCE_COLOR: "1" } });
    expect(stdout).toMatch(/\p{Cc}\[1mSteps\p{Cc}\[22m/u);
    expect(stdout).toMatch(/\p{Cc}\[36m {8}= −2x\(y − \(w x \+ b\)\)\p{Cc}\[39m/u);
  });

  it("takes formulas that begin with a minus sign or that the shell has cut", async () => {
    expect((await folder.succeed(["derive", "-x^2"])).stdout).toContain(" = −2x\n");
    expect((await folder.succeed(["derive", "x", "+", "2", "*", "y"])).stdout).toContain(
      "  ∂f/∂y = 1 · 2\n        = 2\n",
    );
    expect((await folder.succeed(["derive", "--wrt", "x", "--", "-x^2"])).stdout).toContain(" = −2x\n");
  });

  it("takes derivatives of higher order", async () => {
    const { stdout } = await folder.succeed(["derive", "x^3 - 3*x", "--order", "3"]);
    expect(stdout).toContain("\n  d²f/dx² = 6x\n  d³f/dx³ = 6\n");
  });

  it("prints LaTeX", async () => {
    const { stdout } = await folder.succeed(["derive", "sigmoid(z)", "--latex"]);
    expect(stdout).toBe(`% Function
\\[
f(z) = \\sigma(z)
\\]

% Steps
\\[
\\begin{aligned}
f &= \\sigma(z) &\\qquad \\frac{df}{dz} = f \\cdot \\left(1 - f\\right)
\\end{aligned}
\\]

% Slope by z
\\[
\\begin{aligned}
\\frac{d f}{dz} &= f \\cdot \\left(1 - f\\right) \\\\
&= \\sigma(z) \\left(1 - \\sigma(z)\\right)
\\end{aligned}
\\]
`);
  });

  it("prints JSON that holds everything, also numbers that are not finite", async () => {
    const { stdout } = await folder.succeed(["derive", "sqrt(x) * y", "--at", "x=0,y=pi/2", "--json"]);
    const derivation = JSON.parse(stdout) as {
      partials: { by: string; result: { text: string }; numbers: { slope: number | string } }[];
      at: { values: Record<string, number> };
      check: { agrees: boolean };
    };
    expect(derivation.partials[0]).toMatchObject({ by: "x", numbers: { slope: "Infinity" } });
    expect(derivation.partials[0]!.result.text).toBe("y/(2√x)");
    expect(derivation.at.values).toEqual({ x: 0, y: Math.PI / 2 });
    expect(derivation.check.agrees).toBe(true);
  });

  it.each<[string, readonly string[], string]>([
    [
      "a formula that cannot be read",
      ["2*sine(x)"],
      "unknown function sine\n    2*sine(x)\n      ^\n  did you mean sin?\n",
    ],
    [
      "an equation",
      ["y = x"],
      "this is no formula\n    y = x\n      ^\n  a formula has no =; write what stands to the right of it\n",
    ],
    ["an unknown variable", ["x*y", "--wrt", "z"], "z is no variable of the function; it has x, y\n"],
    [
      "an empty name",
      ["x", "--wrt", "x,"],
      "option '--wrt <names>' argument 'x,' is invalid. Write names with commas between them, such as w,b.\n",
    ],
    ["an unknown option", ["x", "--ordr", "2"], "unknown option --ordr\n  see downhill derive --help\n"],
    [
      "an impossible order",
      ["x", "--order", "0"],
      "option '--order <n>' argument '0' is invalid. Write a whole number from 1.\n",
    ],
    ["a missing value", ["x*y", "--at", "x=1"], "no value for y; give one for each variable\n"],
    [
      "a value for no name",
      ["x", "--at", "1"],
      '--at: "1" gives no value to a name\n  write name=value with commas between, such as --at w=1,b=2\n',
    ],
    [
      "a value that is no number",
      ["x", "--at", "x=2*y"],
      "--at: x=2*y has a variable, y\n  write a number, such as 0.5 or pi/2\n",
    ],
    [
      "a value that cannot be read",
      ["x", "--at", "x=2+"],
      "--at x: unexpected end of expression\n    2+\n      ^\n",
    ],
    ["a name with two values", ["x", "--at", "x=1,x=2"], "--at: x has two values\n"],
    [
      "two forms at once",
      ["x", "--latex", "--json"],
      "option '--latex' cannot be used with option '--json'\n",
    ],
    ["nothing", [], "missing required argument 'formula'\n"],
  ])("refuses %s", async (_, args, message) => {
    expect(await folder.downhill(["derive", ...args])).toEqual({
      code: 2,
      stdout: "",
      stderr: `error: ${message}`,
    });
  });

  it("does not say of a function that is defined nowhere that it was checked", async () => {
    const { stdout } = await folder.succeed(["derive", "log(-1 - x^2)"]);
    expect(stdout).toContain("  not checked: no point was found");
  });
});
