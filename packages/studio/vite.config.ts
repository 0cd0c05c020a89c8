import { svelte } from "@sveltejs/vite-plugin-svelte";
// By its path, as only what is part of this file may be in TypeScript.
import { dark, light, themeProperties, tokenSheet } from "../palette/src/palette.ts";
import { defineConfig, type Plugin } from "vite";
import { withoutSamples } from "../downhill/scripts/without-samples.ts";
import { coursePages } from "./build/course.ts";
import { withoutText } from "./build/without-text.ts";
import headers from "./headers.json" with { type: "json" };

/** KaTeX lists each font in three formats, for browsers that cannot run this page. */
const woff2Only: Plugin = {
  name: "woff2-only",
  enforce: "pre",
  transform(code, id) {
    if (!/katex(\.min)?\.css/.test(id)) return undefined;
    return code.replace(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\([^)]*\)/g, "");
  },
};

/** The policy stands in the page too, for hosts that send no headers; what only headers can say is left out. */
const policyInPage: Plugin = {
  name: "policy-in-page",
  apply: "build",
  transformIndexHtml() {
    const content = headers["Content-Security-Policy"].replace(/; frame-ancestors [^;]*/, "");
    return [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content },
        injectTo: "head-prepend",
      },
    ];
  },
};

/** `virtual:palette.css`: the palette as custom properties, light or dark as the reader's system or the page has it. */
const paletteSheet: Plugin = {
  name: "palette-sheet",
  resolveId: (id) => (id === "virtual:palette.css" ? id : undefined),
  load: (id) =>
    id === "virtual:palette.css"
      ? [
          tokenSheet(),
          `:root[data-theme=light]{color-scheme:light;${themeProperties(light)}}`,
          `:root[data-theme=dark]{color-scheme:dark;${themeProperties(dark)}}`,
        ].join("\n")
      : undefined,
};

/** The engine is built from its sources: no build of it can be stale. */
const conditions = ["downhill-source", "browser", "module", "import", "default"];

// What is sent along with the development server's own pages, which need inline styles and a socket.
const { "Content-Security-Policy": _policy, ...isolation } = headers;

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that the files work from any folder of any host.
  base: "./",
  plugins: [svelte(), coursePages, paletteSheet, woff2Only, policyInPage],
  resolve: { conditions },
  worker: {
    format: "es",
    plugins: () => [withoutSamples, withoutText],
    // Without this, networks would be part of what every view's tasks load, since `downhill` is a door to them too.
    rolldownOptions: {
      treeshake: { moduleSideEffects: (id) => !/\/downhill\/src\/(nn\/|index\.ts)/.test(id) },
    },
  },
  server: { headers: isolation },
  preview: { headers },
  build: {
    target: "es2023",
    modulePreload: { polyfill: false },
    // The policy has no place for data: in fonts and scripts.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    license: { fileName: "LICENSES.md" },
  },
});
