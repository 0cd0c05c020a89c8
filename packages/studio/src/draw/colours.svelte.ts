/** The page's colours for canvases: those of the palette, light or dark as the page is, and again when that changes. */
import { dark, light, type Theme } from "downhill-palette";
import { theme } from "../app/theme.svelte.ts";

export type Colours = Theme;

/** Read reactively. */
export const colours = (): Colours => (theme.isDark ? dark : light);

/** The custom property of a series' colour: `c0`, …; after the last one they begin again. */
export const seriesColour = (i: number): string => `c${i % light.series.length}`;
