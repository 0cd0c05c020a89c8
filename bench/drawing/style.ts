/** The looks of the pictures: the colours of the palette, light and dark as the reader's system has it. */
import { dark, faces, light, themeProperties } from "downhill-palette";

export const styleSheet = `
svg{${themeProperties(light)};color-scheme:light dark}
@media (prefers-color-scheme:dark){svg{${themeProperties(dark)}}}
text{font-family:${faces.text};fill:var(--ink);font-size:12px}
.title{font-size:17px;font-weight:600}
.head{font-size:11px;fill:var(--faint)}
.faint{fill:var(--faint)}
.strong{font-weight:600}
.halo{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
.figure{font-variant-numeric:tabular-nums}
.paper{fill:var(--paper)}
.rule{stroke:var(--rule);stroke-width:1;fill:none}
.goal{stroke:var(--ink);stroke-width:1.5}
.reached{stroke:var(--plus);fill:var(--plus)}
.missed{stroke:var(--minus);fill:var(--minus)}
text.reached,text.missed{stroke:none}
text.halo{stroke:var(--paper)}
.power{font-size:9px}
.ring{fill:var(--paper);stroke-width:1.8}
.range{stroke-width:2;stroke-opacity:.35;stroke-linecap:round}
.way{stroke-width:1;stroke-opacity:.25}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.expected{fill:none;stroke:var(--faint);stroke-width:1.2;stroke-dasharray:3 4}
.c0{stroke:var(--c0)}.c1{stroke:var(--c1)}.c2{stroke:var(--c2)}
.f0{fill:var(--c0)}.f1{fill:var(--c1)}.f2{fill:var(--c2)}
`.trim();
