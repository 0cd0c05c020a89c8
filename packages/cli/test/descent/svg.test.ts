/** Pictures of descents: well-formed, true to the numbers, legible in light and dark. */
import { describe, expect, it } from "vitest";
import { type Point, runDescents, searchRates } from "../../src/descent/run.ts";
import { drawSvg } from "../../src/descent/svg/draw.ts";
import { element, label, polyline } from "../../src/descent/svg/markup.ts";
import { exitOf, wayOf } from "../../src/descent/svg/places.ts";
import { plot } from "../../src/descent/svg/plot.ts";
import { ratesPicture } from "../../src/descent/svg/rates.ts";
import { styleSheet } from "../../src/descent/svg/style.ts";

const draw = (formula: string, from: Point, options: Partial<Parameters<typeof runDescents>[1]> = {}) => {
  const all = runDescents(formula, { from, optimizer: ["gd"], rate: ["auto"], steps: 50, ...options });
  return { ...all, svg: drawSvg(all) };
};

/** Fails unless every element is closed in its order and no character stands for itself that must not. */
const expectWellFormed = (svg: string): void => {
  const open: string[] = [];
  let position = 0;
  for (const match of svg.matchAll(
    /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z0-9:-]+="[^"<>&]*(?:&#\d+;[^"<>&]*)*")*)\s*(\/?)>/g,
  )) {
    const [whole, closing, name, , selfClosing] = match;
    const between = svg.slice(position, match.index);
    expect(between).not.toMatch(/[<>]|&(?!#\d+;)/);
    position = match.index + whole.length;
    if (closing === "/") expect(open.pop()).toBe(name);
    else if (selfClosing !== "/") open.push(name!);
  }
  expect(svg.slice(position).trim()).toBe("");
  expect(open).toEqual([]);
  // A value may be called NaN, a place may not.
  expect(svg.replace(/<text[^>]*>[^<]*/g, (text) => text.replace(/>.*/, ""))).not.toMatch(
    /NaN|Infinity|undefined/,
  );
};

const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) =>
    text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
  );

/** Where marks of the i-th descent lie. */
const markPlaces = (svg: string, i: number): [number, number][] =>
  [
    ...svg.matchAll(
      new RegExp(`class="point f${i}"[^>]*transform="translate\\(([-\\d.]+) ([-\\d.]+)\\)"`, "g"),
    ),
  ].map(([, x, y]) => [Number(x), Number(y)]);

const cases: readonly (readonly [string, string, Point, Partial<Parameters<typeof runDescents>[1]>])[] = [
  ["a bowl", "x^2 + 2*y^2", { x: -1.5, y: 2 }, {}],
  [
    "a valley",
    "(1 - x)^2 + 100*(y - x^2)^2",
    { x: -1.5, y: 2 },
    { optimizer: ["gd", "momentum", "adam"], steps: 200 },
  ],
  ["running away", "x^2 + 2*y^2", { x: -1.5, y: 2 }, { rate: [0.6, 5] }],
  ["one variable", "x^4 - 3*x^2 + x", { x: 2 }, { rate: [0.02, 0.1, 0.3] }],
  ["one variable, partly undefined", "x - ln(x)", { x: 0.2 }, { rate: [0.01] }],
  ["three variables", "x^2 + y^2 + z^2", { x: 1, y: 2, z: 3 }, { optimizer: ["gd", "adam", "lbfgs"] }],
  ["three variables without a minimum", "x + y + z", { x: 1, y: 2, z: 3 }, {}],
  ["a plain", "0*x + 0*y + 1", { x: 1, y: 2 }, { rate: [0.1] }],
  ["no steps", "x^2 + y^2", { x: 1, y: 2 }, { steps: 0 }],
  ["less than", "max(x, y)^2 + min(x, y)^2", { x: 1, y: 2 }, { rate: [0.1] }],
  ["seven descents", "x^2 + 2*y^2", { x: 1, y: 2 }, { rate: [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4] }],
];

it.each(cases)("%s: well-formed, with title, names and verdicts", (_, formula, from, options) => {
  const { svg, descents } = draw(formula, from, options);
  expectWellFormed(svg);
  const words = texts(svg);
  expect(words[0]).toBe(formula);
  expect(words[1]).toMatch(/^from /);
  for (const { optimizer, judgement } of descents) {
    expect(words.some((text) => text === optimizer || text.startsWith(`${optimizer}, rate `))).toBe(true);
    expect(words.some((text) => text.startsWith(`${judgement.verdict}; value `))).toBe(true);
  }
  expect(svg.length).toBeLessThan(300_000);
});

it("points lie where the axes say", () => {
  const { svg, descents } = draw("x^2 + 2*y^2", { x: -1.5, y: 2 }, { rate: [0.2], steps: 5 });
  // Ticks tell the scale: their numbers and their places.
  const ticks = (pattern: RegExp): [number, number][] =>
    [...svg.matchAll(pattern)].map(([, place, text]) => [Number(place), Number(text!.replace("−", "-"))]);
  const across = ticks(
    new RegExp(`<text class="faint" x="([\\d.]+)" y="${plot.bottom + 19}"[^>]*>([−\\d.]+)<`, "g"),
  );
  const up = ticks(/<text class="faint" x="55" y="([\d.]+)"[^>]*>([−\d.]+)</g).map(
    ([y, value]): [number, number] => [y - 4, value],
  );
  const toPlace = (axis: [number, number][], value: number): number => {
    const [first, last] = [axis[0]!, axis.at(-1)!];
    return first[0] + ((value - first[1]) / (last[1] - first[1])) * (last[0] - first[0]);
  };
  expect(across.length).toBeGreaterThan(3);
  expect(up.length).toBeGreaterThan(3);
  const places = markPlaces(svg, 0);
  for (const { params } of descents[0]!.path) {
    const [x, y] = [toPlace(across, params["x"]!), toPlace(up, params["y"]!)];
    // Places are rounded to a tenth of a pixel, twice. Marks closer than seven pixels to the one before are left out.
    expect(Math.min(...places.map(([otherX, otherY]) => Math.hypot(x - otherX, y - otherY)))).toBeLessThan(
      7.5,
    );
  }
  const { x, y } = descents[0]!.path[1]!.params as { x: number; y: number };
  const nearest = Math.min(...places.map(([a, b]) => Math.hypot(toPlace(across, x) - a, toPlace(up, y) - b)));
  expect(nearest).toBeLessThan(0.3);
});

it("two variables of like size are drawn to the same scale, so that steps stand upright on contours", () => {
  const { svg } = draw("x^2 + 2*y^2", { x: -1.5, y: 2 });
  const ticks = (pattern: RegExp): [number, number][] =>
    [...svg.matchAll(pattern)].map(([, place, text]) => [Number(place), Number(text!.replace("−", "-"))]);
  const perUnit = (axis: [number, number][]): number =>
    Math.abs((axis[1]![0] - axis[0]![0]) / (axis[1]![1] - axis[0]![1]));
  const across = ticks(
    new RegExp(`<text class="faint" x="([\\d.]+)" y="${plot.bottom + 19}"[^>]*>([−\\d.]+)<`, "g"),
  );
  const up = ticks(/<text class="faint" x="55" y="([\d.]+)"[^>]*>([−\d.]+)</g);
  expect(perUnit(across) / perUnit(up)).toBeCloseTo(1, 2);
});

it("long paths have an arrow where they leave for good, and no mark outside", () => {
  const { svg } = draw("x^2 + 2*y^2", { x: -1.5, y: 2 }, { rate: [0.6] });
  expect(svg).toMatch(/class="point f0"[^>]*rotate\(/);
  // The last mark is that of the legend.
  for (const [x, y] of markPlaces(svg, 0).slice(0, -1)) {
    expect(x).toBeGreaterThan(plot.left - 10);
    expect(x).toBeLessThan(plot.right + 10);
    expect(y).toBeGreaterThan(plot.top - 10);
    expect(y).toBeLessThan(plot.bottom + 10);
  }
});

describe("ways", () => {
  const step = (x: number, y: number) => ({ x, y });
  const way = (points: readonly { x: number; y: number }[]) =>
    wayOf({ path: points } as never, (point) => [
      (point as never as { x: number }).x,
      (point as never as { y: number }).y,
    ]);
  const [inside, beyond] = [step(300, 300), step(9999, 300)];

  it("end with the first point outside that is not followed by one inside", () => {
    expect(way([inside, beyond, inside, beyond, beyond, inside])).toHaveLength(4);
    expect(way([inside, step(NaN, 1), inside])).toHaveLength(1);
  });

  it("leave at the edge, in their direction", () => {
    const { place, angle } = exitOf(way([inside, beyond]))!;
    expect(place).toEqual([plot.right, 300]);
    expect(angle).toBe(0);
    expect(exitOf(way([inside, step(310, 300)]))).toBeUndefined();
  });
});

describe("colours", () => {
  const channel = (value: number): number =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = (hex: string): number => {
    const [r, g, b] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (a: string, b: string): number => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high! + 0.05) / (low! + 0.05);
  };
  const themes = [...styleSheet.matchAll(/svg\{([^}]*)\}/g)].map(([, body = ""]) =>
    Object.fromEntries(
      [...body.matchAll(/--([a-z0-9]+):(#[0-9a-f]{6})/g)].map(([, name, value]) => [name!, value!]),
    ),
  );

  it("are given for light and for dark", () => {
    expect(themes).toHaveLength(2);
    expect(Object.keys(themes[0]!)).toEqual(Object.keys(themes[1]!));
    expect(luminance(themes[0]!["paper"]!)).toBeGreaterThan(0.9);
    expect(luminance(themes[1]!["paper"]!)).toBeLessThan(0.02);
  });

  it("stand out: text as the web's guidelines ask (4.5), lines too (3)", () => {
    for (const theme of themes) {
      expect(contrast(theme["ink"]!, theme["paper"]!)).toBeGreaterThan(10);
      expect(contrast(theme["faint"]!, theme["paper"]!)).toBeGreaterThan(4.5);
      for (let i = 0; i < 6; i++) expect(contrast(theme[`c${i}`]!, theme["paper"]!)).toBeGreaterThan(3);
    }
  });

  it("differ for people who see fewer colours", () => {
    // What a missing kind of cone leaves of linear RGB (Viénot, Brettel and Mollon 1999): no red, no green.
    const views = [
      [
        [0.11238, 0.88762, 0],
        [0.11238, 0.88762, 0],
        [0.00401, -0.00401, 1],
      ],
      [
        [0.29275, 0.70725, 0],
        [0.29275, 0.70725, 0],
        [-0.02234, 0.02234, 1],
      ],
    ];
    const seen = (hex: string, view: number[][]): number[] => {
      const rgb = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255));
      return view.map((row) =>
        Math.cbrt(
          Math.max(
            0,
            row.reduce((sum, x, i) => sum + x * rgb[i]!, 0),
          ),
        ),
      );
    };
    for (const theme of themes)
      for (const view of views)
        // The first four, which most pictures do with; marks of different shapes tell apart the others.
        for (let i = 0; i < 4; i++)
          for (let j = 0; j < i; j++) {
            const [a, b] = [seen(theme[`c${i}`]!, view), seen(theme[`c${j}`]!, view)];
            expect(Math.hypot(...a.map((x, k) => x - b[k]!)), `${i} and ${j}`).toBeGreaterThan(0.1);
          }
  });
});

it("markup escapes what users write", () => {
  expect(label('a < b & "c"', { x: 1.26 })).toBe('<text x="1.3">a &#60; b &#38; &#34;c&#34;</text>');
  expect(element("g", { id: "<" })).toBe('<g id="&#60;"/>');
  expect(
    polyline(
      [
        [0, 1.04],
        [2, 3],
      ],
      true,
    ),
  ).toBe("M0,1L2,3Z");
  expect(polyline([])).toBe("");
});

describe("range tests", () => {
  const search = (optimizer: readonly string[], from: Point = { x: -1.5, y: 2 }) =>
    searchRates("x^2 + 10*y^2", { from, optimizer, rate: ["auto"], steps: 100 });

  it("is well-formed, and says what is recommended and where the border lies", () => {
    const found = search(["gd", "adam"]);
    const svg = ratesPicture(found);
    expectWellFormed(svg);
    const words = texts(svg);
    expect(words[0]).toBe("x^2 + 10*y^2");
    expect(words.filter((text) => text === "lowest")).toHaveLength(2);
    for (const { learningRate } of found.searches) expect(words).toContain(`recommended ${learningRate}`);
    // 2/λmax of a bowl whose largest second derivative is 20.
    expect(words).toContain("border for gd 0.1");
    expect(found.searches[0]!.stableRate).toBeCloseTo(0.1, 4);
  });

  it("names rates by powers of ten", () => {
    const words = texts(ratesPicture(search(["gd"])));
    expect(words).toEqual(expect.arrayContaining(["0.0001", "0.001", "0.01", "0.1"]));
    expect(words).not.toContain("0.0003");
  });

  it("marks the lowest point where the values of the curve say", () => {
    const found = search(["gd"]);
    const { points, bottom } = found.searches[0]!;
    expect(bottom.smoothed).toBe(Math.min(...points.map(({ smoothed }) => smoothed)));
    const places = markPlaces(ratesPicture(found), 0);
    const [lowest] = places;
    expect(Math.max(...places.map(([, y]) => y).filter((y) => y < plot.bottom))).toBe(lowest![1]);
  });
});
