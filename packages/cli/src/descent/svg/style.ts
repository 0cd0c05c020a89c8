/** The looks of pictures: light and dark as the viewer's system has it. */
import { symbolCircle, symbolCross, symbolDiamond, symbolSquare, symbolTriangle, symbolWye } from "d3-shape";

/** Okabe and Ito's colours (2008), which people see apart whatever their eyes; in an order that keeps neighbours far apart. */
const light = ["#0072b2", "#d55e00", "#009e73", "#a03a88", "#b07d00", "#4a4a4a"];
const dark = ["#56b4e9", "#ff8a4c", "#2fc79b", "#ffc4e4", "#e6b422", "#c4c4c4"];

/** How many descents have a colour of their own; more begin again, with dashes. */
export const colourCount = light.length;

/** Marks of the points of the descents: shapes tell apart what colours may not. */
export const symbols = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolWye, symbolCross];

const variables = (names: readonly (readonly [string, string])[]): string =>
  names.map(([name, value]) => `--${name}:${value}`).join(";");

const colours = (list: readonly string[]) => list.map((colour, i) => [`c${i}`, colour] as const);

const lightTheme = variables([
  ["paper", "#ffffff"],
  ["ink", "#1c2430"],
  ["faint", "#667080"],
  ["rule", "#d9dee5"],
  ["terrain", "#1f5c94"],
  ["contour", "#1f4e79"],
  ...colours(light),
]);

const darkTheme = variables([
  ["paper", "#12161d"],
  ["ink", "#e8ecf2"],
  ["faint", "#9aa5b4"],
  ["rule", "#303844"],
  ["terrain", "#8fb3da"],
  ["contour", "#a9c6e6"],
  ...colours(dark),
]);

export const styleSheet = `
svg{${lightTheme};color-scheme:light dark}
@media (prefers-color-scheme:dark){svg{${darkTheme}}}
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:var(--ink);font-size:12px}
.title{font-size:17px;font-weight:600}
.faint{fill:var(--faint)}
.name{font-style:italic;font-size:13px}
.halo{paint-order:stroke;stroke:var(--paper);stroke-width:3.5px;stroke-linejoin:round}
.level{font-size:10px;fill:var(--faint);stroke-opacity:.6}
.reason{font-size:11px}
.rule{stroke:var(--rule);fill:none}
.terrain{fill:var(--terrain);fill-opacity:.034;stroke:var(--contour);stroke-opacity:.3;stroke-width:.8}
.curve{fill:none;stroke:var(--ink);stroke-width:1.6}
.way{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
.dense{stroke-width:1.1;stroke-opacity:.8}
.tangent{fill:none;stroke-width:1.2;stroke-opacity:.55}
.drop{fill:none;stroke-width:1.2;stroke-dasharray:2 3;stroke-opacity:.8}
${Array.from({ length: colourCount }, (_, i) => `.s${i}{stroke:var(--c${i})}.f${i}{fill:var(--c${i})}`).join("")}
.hollow{fill:var(--paper);stroke-width:2}
.point{stroke:var(--paper);stroke-width:.8}
.cross{stroke:var(--ink);stroke-width:1.8;stroke-linecap:round}
`.trim();

/** The classes of the stroke and the fill of a descent. */
export const strokeOf = (i: number): string => `s${i % colourCount}`;
export const fillOf = (i: number): string => `f${i % colourCount}`;

/** Dashes of descents beyond the last colour. */
export const dashesOf = (i: number): string | undefined => (i < colourCount ? undefined : "6 4");
