/** `downhill descend` as a process. */
import { describe, expect, it } from "vitest";
import { commandFolder } from "./process.ts";

const folder = commandFolder();
const bowl = ["descend", "x^2 + 2*y^2", "--from", "x=-1.5,y=2"];

describe("descend", () => {
  it("prints function, start, minimum, steps, a picture and what it thinks of the rate", async () => {
    const { stdout, stderr } = await folder.succeed([...bowl, "--rate", "0.1", "--steps", "4"]);
    expect(stderr).toBe("");
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("Function  x^2 + 2*y^2");
    expect(lines[1]).toBe(
      "Start     x = −1.5, y = 2: value 10.25  curvature 2 to 4 (condition 2), border of the rate 0.5",
    );
    expect(lines[2]).toMatch(/^Minimum {3}x = 0, y = 0: value 0/);
    expect(lines[3]).toBe("Descent   gd at rate 0.1: 4 steps, all that were allowed");
    const table = lines.slice(5, 11).map((line) => line.trim().split(/\s+/));
    expect(table[0]).toEqual(["step", "x", "y", "value", "∂/∂x", "∂/∂y", "Δx", "Δy"]);
    expect(table[1]).toEqual(["0", "−1.500", "2.000", "10.25", "−3.000", "8.000", "0.3000", "−0.8000"]);
    expect(table[2]).toEqual(["1", "−1.200", "1.200", "4.320", "−2.400", "4.800", "0.2400", "−0.4800"]);
    expect(table[5]).toEqual(["4", "−0.6144", "0.2592", "0.5119", "−1.229", "1.037"]);
    expect(stdout).toMatch(/[⠁-⣿]/);
    expect(stdout).toMatch(/○ start {3}● end {3}× minimum/);
    expect(stdout).toMatch(
      /\nThe rate {2}good: the error is halved every 1.6 steps, at 20 % of the border 0.5 at the minimum/,
    );
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("compares optimizers and rates", async () => {
    const { stdout } = await folder.succeed([
      ...bowl,
      "--optimizer",
      "gd,momentum,lbfgs",
      "--rate",
      "0.1,0.6",
    ]);
    const rows = stdout.split("\n").filter((line) => /^ {2}(gd|momentum|lbfgs) /.test(line));
    expect(rows.map((row) => row.trim().split(/\s+/)).map((cells) => [cells[0], cells.at(-1)])).toEqual([
      ["gd", "good"],
      ["gd", "diverges"],
      ["momentum", "good"],
      ["momentum", "good"],
      ["lbfgs", "good"],
    ]);
    expect(stdout).toMatch(/● gd at rate 0.6\n.*diverges: the error grows to/);
  });

  it("finds a rate, with the curve and the reason", async () => {
    const { stdout } = await folder.succeed([...bowl, "--optimizer", "gd,adam", "--find-rate"]);
    expect(stdout).toContain("value after a step over its rate");
    expect(stdout).toMatch(/[⠁-⣿]/);
    expect(stdout).toMatch(/\nFound {5}gd: rate 0\.0\d+ {2}from \d+ steps, each at a higher rate/);
    expect(stdout.replace(/\s+/g, " ")).toMatch(
      /\d+ % of the border 0\.5 at the start \(2\/λmax, λmax = 4\)/,
    );
    expect(stdout).toMatch(/adam: rate/);
    const json = await folder.succeed([...bowl, "--find-rate", "--json"]);
    const { format, searches } = JSON.parse(json.stdout) as {
      format: string;
      searches: { optimizer: string; learningRate: number; points: unknown[] }[];
    };
    expect(format).toBe("downhill rate search");
    expect(searches[0]!.optimizer).toBe("gd");
    expect(searches[0]!.points.length).toBeGreaterThan(50);
    const twice = await folder.downhill([...bowl, "--find-rate", "--rate", "0.1"]);
    expect(twice.code).toBe(2);
    expect(twice.stderr).toContain("--find-rate and --rate do not go together");
  });

  it("draws a curve for one variable, the value by step for three, and holds fixed what it is told to", async () => {
    const one = await folder.succeed(["descend", "(x - 1)^2", "-f", "x=-2", "--rate", "0.3"]);
    expect(one.stdout).toContain("value over x");
    const three = await folder.succeed(["descend", "x^2 + y^2 + z^2", "-f", "x=1,y=1,z=2", "--rate", "0.3"]);
    expect(three.stdout).toContain("value above the minimum by step");
    const fixed = await folder.succeed([
      "descend",
      "(y - (w*x + b))^2",
      "-f",
      "w=1,b=2",
      "--with",
      "x=3,y=4",
      "--rate",
      "0.01",
    ]);
    expect(fixed.stdout).toContain("Function  (y - (w*x + b))^2, where x = 3, y = 4\n");
    // dL/dw = −2x(y − (wx + b)) = 6.
    expect(fixed.stdout).toMatch(/\n +0 +1.000 +2.000 +1.000 +6.000 +2.000 /);
  });

  it("takes unquoted formulas, those that begin with a minus, and values such as pi/2", async () => {
    const { stdout } = await folder.succeed([
      "descend",
      "-cos(x)",
      "+",
      "x^2",
      "--from",
      "x=pi/2",
      "--rate",
      "0.2",
    ]);
    expect(stdout).toContain("Function  -cos(x) + x^2\nStart     x = 1.5708: value 2.4674 ");
  });

  it("writes the picture into a file", async () => {
    const { stdout, stderr } = await folder.succeed([...bowl, "--svg", "bowl.svg"]);
    expect(stderr).toBe("The picture is in bowl.svg.\n");
    expect(stdout).toContain("The rate  good");
    const svg = folder.read("bowl.svg");
    expect(svg.startsWith("<svg xmlns=")).toBe(true);
    expect(svg.trimEnd().endsWith("</svg>")).toBe(true);
  });

  it("prints everything as JSON, with texts for what JSON has no numbers for", async () => {
    const { stdout } = await folder.succeed(["descend", "x^4", "-f", "x=2", "--rate", "1", "--json"]);
    const { formula, variables, descents } = JSON.parse(stdout) as {
      formula: string;
      variables: string[];
      descents: {
        path: { value: unknown; params: { x: number } }[];
        ended: string;
        judgement: { verdict: string };
      }[];
    };
    expect([formula, variables]).toEqual(["x^4", ["x"]]);
    const [descent] = descents;
    expect(descent!.path[0]).toMatchObject({
      step: 0,
      params: { x: 2 },
      value: 16,
      gradient: { x: 32 },
      move: { x: -32 },
    });
    expect(descent!.path.at(-1)!.value).toBe("Infinity");
    expect([descent!.ended, descent!.judgement.verdict]).toEqual(["diverged", "diverges"]);
  });

  it.each([
    [["descend", "x^2"], /required option '-f, --from <values>' not specified/],
    [
      ["descend", "x^2", "-f", "x=a"],
      /^error: --from: x=a has a variable, a\n {2}write a number, such as 0.5 or pi\/2/,
    ],
    [["descend", "x^2 +* 2", "-f", "x=1"], /^error: value expected\n {4}x\^2 \+\* 2\n/],
    [["descend", "x^2 + y", "-f", "x=1"], /^error: --from has no value for y/],
    [["descend", "x^2", "-f", "x=1", "--optimizer", "gd,sdg"], /there is no "sdg"\n {2}did you mean sgd\?/],
    [["descend", "x^2", "-f", "x=1", "--rate", "0"], /auto or a number above 0/],
    [["descend", "x^2", "-f", "x=1", "--wiht", "y=1"], /unknown option --wiht/],
    [
      ["descend", "ln(x)", "-f", "x=-1"],
      /^error: at the start, x = −1, ln\(x\) has no value: log of −1 does not exist; go where x is above 0/,
    ],
    [
      ["descend", "x^2", "-f", "x=1", "--svg", "no/such/folder.svg"],
      /^error: --svg: no\/such\/folder.svg cannot be written/,
    ],
  ] as const)("%j is a wrong call", async (args, message) => {
    const { code, stdout, stderr } = await folder.downhill(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
  });
});
