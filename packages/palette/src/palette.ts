/**
 * The design tokens of everything that Downhill draws, for light and dark: pictures, the report of a training, the studio.
 * A browser gets them as custom properties (`var(--ink)`) from `tokenSheet`.
 *
 * Text colours have a contrast of at least 4.5:1 to `paper` and `ground`, series and signs at least 3:1 (WCAG 2.2, AA).
 */

/** Colours by what they are for. */
export interface Theme {
  /** Behind pictures, cards and text. */
  readonly paper: string;
  /** Behind the cards: the page. */
  readonly ground: string;
  readonly ink: string;
  /** Text of second rank. */
  readonly faint: string;
  /** Lines that part things. */
  readonly rule: string;
  /** Links, and what can be pressed. */
  readonly accent: string;
  /** What pulls down, below zero. */
  readonly minus: string;
  /** What pushes up, above zero. */
  readonly plus: string;
  /** Low ground on maps of a loss; high ground is `paper`. */
  readonly valley: string;
  readonly contour: string;
  /** A way over such a map. */
  readonly way: string;
  /**
   * Lines beside each other: Okabe and Ito's colours (2008), which people see apart whatever their eyes, in an order that
   * keeps neighbours far apart.
   */
  readonly series: readonly string[];
}

export const light: Theme = {
  paper: "#ffffff",
  ground: "#f5f6f8",
  ink: "#1c2430",
  faint: "#5d6776",
  rule: "#d9dee5",
  accent: "#005f9e",
  minus: "#c24a00",
  plus: "#0072b2",
  valley: "#2f7fb8",
  contour: "#1f4e79",
  way: "#c24a00",
  series: ["#0072b2", "#d55e00", "#009e73", "#a03a88", "#b07d00", "#4a4a4a"],
};

export const dark: Theme = {
  paper: "#171c24",
  ground: "#0f1319",
  ink: "#e8ecf2",
  faint: "#9aa5b4",
  rule: "#303844",
  accent: "#7cc4f2",
  minus: "#ff8a4c",
  plus: "#56b4e9",
  valley: "#2f86bd",
  contour: "#a9c6e6",
  way: "#ffa06b",
  series: ["#56b4e9", "#ff8a4c", "#2fc79b", "#ffc4e4", "#e6b422", "#c4c4c4"],
};

/** One face for text, one for code and figures in columns: what the reader's system has. */
export const faces = {
  text: 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif',
  code: 'ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"Noto Sans Mono",monospace',
} as const;

/** Sizes of type, a minor third apart, and steps of space. */
const sizes = {
  "size-small": "0.833rem",
  "size-text": "1rem",
  "size-lead": "1.2rem",
  "size-heading": "1.44rem",
  "size-title": "2.074rem",
  "space-1": "0.25rem",
  "space-2": "0.5rem",
  "space-3": "1rem",
  "space-4": "1.5rem",
  "space-5": "2.5rem",
  "space-6": "4rem",
  radius: "0.5rem",
};

const declarations = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");

/** The colours of a theme as custom properties: `--ink:#1c2430;…;--c0:#0072b2;…`. */
export const themeProperties = ({ series, ...colours }: Theme): string =>
  declarations({ ...colours, ...Object.fromEntries(series.map((colour, i) => [`c${i}`, colour])) });

/** All tokens as a style sheet: light and dark as the reader's system has it, light on paper. */
export const tokenSheet = (): string =>
  [
    `:root{color-scheme:light dark;--face-text:${faces.text};--face-code:${faces.code};${declarations(sizes)};${themeProperties(light)}}`,
    `@media screen and (prefers-color-scheme:dark){:root{${themeProperties(dark)}}}`,
  ].join("\n");
