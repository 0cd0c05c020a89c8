import { defineConfig } from "tsdown";

export default defineConfig({
  entry: { index: "src/index.ts" },
  tsconfig: "src/tsconfig.json",
  platform: "neutral",
  target: "es2023",
  dts: true,
  sourcemap: true,
  fixedExtension: false,
});
