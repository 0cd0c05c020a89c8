/** The looks of pictures: light and dark as the viewer's system has it. */
import { symbolCircle, symbolCross, symbolDiamond, symbolSquare, symbolTriangle, symbolWye } from "d3-shape";
import { dark, faces, light, themeProperties } from "downhill-palette";

/** How many descents have a colour of their own; more begin again, with dashes. */
export const colourCount = light.series.length;

/** Marks of the points of the descents: shapes tell apart what colours may not. */
export const symbols = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolWye, symbolCross];

export const styleSheet = `
svg{${themeProperties(light)};color-scheme:light dark}
@media (prefers-color-scheme:dark){svg{${themeProperties(dark)}}}
text{font-family:${faces.text};fill:var(--ink);font-size:12px}
.title{font-size:17px;font-weight:600}
.faint{fill:var(--faint)}
.name{font-style:italic;font-size:13px}
.halo{paint-order:stroke;stroke:var(--paper);stroke-width:3.5px;stroke-linejoin:round}
.level{font-size:10px;fill:var(--faint);stroke-opacity:.6}
.reason{font-size:11px}
.rule{stroke:var(--rule);fill:none}
.terrain{fill:var(--valley);fill-opacity:.034;stroke:var(--contour);stroke-opacity:.3;stroke-width:.8}
.curve{fill:none;stroke:var(--ink);stroke-width:1.6}
.way{fill:none;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
.dense{stroke-width:1.1;stroke-opacity:.8}
.tangent{fill:none;stroke-width:1.2;stroke-opacity:.55}
.border{fill:none;stroke:var(--ink);stroke-width:1.4;stroke-dasharray:7 4;stroke-opacity:.7}
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
