/** The page's looks, from the tokens of the palette. */
import { light, tokenSheet } from "downhill-palette";

const series = light.series.map((_, i) => `.s${i}{stroke:var(--c${i})}.f${i}{fill:var(--c${i})}`).join("");

export const styleSheet = (): string => `
${tokenSheet()}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--ground);color:var(--ink);font:var(--size-text)/1.55 var(--face-text);font-variant-numeric:tabular-nums;text-rendering:optimizeLegibility}
.page{max-width:70rem;margin:0 auto;padding:var(--space-5) var(--space-4) var(--space-6)}
h1,h2,h3{line-height:1.2;font-weight:650;text-wrap:balance;margin:0}
h1{font-size:var(--size-title);letter-spacing:-.015em}
h2{font-size:var(--size-heading);letter-spacing:-.01em;margin-bottom:var(--space-3)}
h3,figure h2{font-size:var(--size-text);letter-spacing:0;margin:0}
p{margin:0 0 var(--space-3);max-width:44rem;text-wrap:pretty}
p,li,figcaption,h1{overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:.18em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
code,pre{font-family:var(--face-code);font-size:.92em}
.eyebrow{color:var(--faint);font-size:var(--size-small);margin:0 0 var(--space-2);letter-spacing:.01em;overflow-wrap:anywhere}
.lead{font-size:var(--size-lead);line-height:1.45;margin:var(--space-3) 0 var(--space-4)}
header{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,29rem);gap:var(--space-4) var(--space-5);align-items:start}
header.alone{grid-template-columns:minmax(0,1fr)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:var(--space-3);margin:0 0 var(--space-4);padding:0}
.tile{border-top:2px solid var(--accent);padding-top:var(--space-2)}
.tile dt{color:var(--faint);font-size:var(--size-small)}
.tile dd{margin:0}
.tile .value{font-size:var(--size-title);font-weight:650;letter-spacing:-.02em;line-height:1.2}
.tile .beside{color:var(--faint);font-size:var(--size-small)}
nav{margin-bottom:var(--space-4)}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:var(--space-1) var(--space-3);margin:0;padding:0;font-size:var(--size-small)}
section{margin-top:var(--space-6);scroll-margin-top:var(--space-3)}
.grid{columns:2;column-gap:var(--space-4);margin-bottom:var(--space-4)}
.grid>*{break-inside:avoid;margin-bottom:var(--space-4)}
.grid>:last-child{margin-bottom:0}
.card,figure,details{background:var(--paper);border:1px solid var(--rule);border-radius:var(--radius);padding:var(--space-3) var(--space-4)}
figure{margin:0;display:flex;flex-direction:column;gap:var(--space-2);min-width:0}
.card{min-width:0}
figcaption,.faint{color:var(--faint);font-size:var(--size-small);line-height:1.5}
figcaption p{margin:0 0 var(--space-2)}
.notes{font-size:var(--size-small);color:var(--faint);padding-left:1.2em;margin:var(--space-2) 0}
.warning{border-left:3px solid var(--minus);padding-left:var(--space-3)}
details{margin:var(--space-3) 0}
summary{cursor:pointer;font-weight:600}
details[open] summary{margin-bottom:var(--space-3)}
.scrolling{position:relative;overflow-x:auto;max-width:100%}
table{border-collapse:collapse;width:100%;font-size:var(--size-small)}
caption{text-align:left;color:var(--faint);padding-bottom:var(--space-2)}
th,td{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--rule);vertical-align:top}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--faint);font-weight:500;white-space:nowrap}
tbody th{font-weight:500}
tr:last-child>*{border-bottom:0}
.number{text-align:right;white-space:nowrap}
.explains{display:block;font-weight:400;color:var(--faint);line-height:1.35}
td .katex{white-space:nowrap}
ol.features{columns:12rem;margin:0;padding-left:2.4em;font-size:var(--size-small)}
pre{margin:0;padding:var(--space-3);background:var(--ground);border-radius:var(--radius);white-space:pre-wrap;overflow-wrap:anywhere}
.card pre{border:1px solid var(--rule)}
.formula{padding:var(--space-1) 0;overflow-y:hidden}
.katex{font-size:1.08em}
.formula .katex-display{margin:.3em 0;text-align:left}
.formula .katex-display>.katex{text-align:left;white-space:nowrap}
footer{margin-top:var(--space-6);color:var(--faint);font-size:var(--size-small);border-top:1px solid var(--rule);padding-top:var(--space-3)}
svg.chart{display:block;width:100%;height:auto;font-family:var(--face-text);overflow:visible}
svg text{fill:var(--ink);font-size:11.5px}
svg .tick,svg .axis{fill:var(--faint)}
svg .tick{font-size:11px}
svg .axis{font-size:11.5px}
svg .note{font-size:11px;fill:var(--ink)}
svg .series-name{font-size:11px}
svg .bar-name{font-size:11.5px}
svg .bar-name.long{font-size:10.5px}
svg .halo{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round;font-weight:600}
.grid-line{stroke:var(--rule);stroke-width:1;stroke-opacity:.65}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.dashed{stroke-dasharray:5 4}
.beyond{fill:var(--minus);fill-opacity:.08}
.dot{stroke:var(--paper);stroke-width:1}
.point{fill-opacity:.55;stroke:var(--paper);stroke-width:.6}
.spot{fill:transparent}
.mark{stroke:var(--ink);stroke-dasharray:2 3;stroke-width:1}
.marked{fill:var(--paper);stroke:var(--ink);stroke-width:2}
.ideal{stroke:var(--ink);stroke-dasharray:4 4;stroke-width:1.2;stroke-opacity:.7}
.zero{stroke:var(--faint);stroke-width:1}
.bar{fill-opacity:.85}
.plus{fill:var(--plus)}
.minus{fill:var(--minus)}
[data-tip]:hover{stroke:var(--ink);stroke-width:1.5}
.spot:hover{fill:var(--ink);fill-opacity:.12}
.heat.plus,.cell.plus{fill:color-mix(in oklab,var(--plus) var(--h),var(--paper))}
.heat.minus,.cell.minus{fill:color-mix(in oklab,var(--minus) var(--h),var(--paper))}
.heat-ground{fill:var(--paper);stroke:var(--rule)}
svg .cell-text{font-size:12px}
svg .cell-text.small{font-size:9.5px}
svg .cell-text.strong{font-weight:650}
.cell{stroke:var(--rule);stroke-width:.6}
.ground{fill:color-mix(in oklab,var(--valley) var(--h),var(--paper))}
.contour{stroke:var(--contour);stroke-opacity:.28;stroke-width:.7}
.frame{fill:none;stroke:var(--rule)}
.way{fill:none;stroke:var(--way);stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}
.way-edge{fill:none;stroke:var(--paper);stroke-width:5;stroke-opacity:.75;stroke-linejoin:round}
.way-dot{fill:var(--way);stroke:var(--paper);stroke-width:.7}
.start{fill:var(--paper);stroke:var(--way);stroke-width:2.2}
.kept{fill:var(--ink);stroke:var(--paper);stroke-width:1.2;stroke-linejoin:round}
${series}
#tip{position:fixed;z-index:1;top:0;left:0;max-width:20rem;background:var(--ink);color:var(--paper);font-size:var(--size-small);line-height:1.35;padding:.3rem .55rem;border-radius:5px;pointer-events:none}
#tip[hidden]{display:none}
@media (max-width:60rem){header{grid-template-columns:minmax(0,1fr)}}
@media (max-width:34rem){.explains{display:none}thead th{white-space:normal}}
@media (max-width:48rem){.grid{columns:1}.page{padding:var(--space-4) var(--space-3)}.card,figure,details{padding:var(--space-3)}section{margin-top:var(--space-5)}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
@media print{
body{background:#fff;font-size:10.5pt}
.page{max-width:none;padding:0}
nav,#tip{display:none}
header{grid-template-columns:minmax(0,1fr) minmax(0,1fr)}
.grid{columns:2}
.card,figure,details{padding:var(--space-2) var(--space-3)}
.tile .value{font-size:var(--size-heading)}
section{margin-top:1.5rem}
figure,.card,details,tr{break-inside:avoid}
h2,h3{break-after:avoid}
.scrolling{overflow:visible}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`;
