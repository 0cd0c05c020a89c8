import { defineConfig } from "tsdown";

export default defineConfig({
  entry: { main: "src/main.ts" },
  tsconfig: "../../tsconfig.base.json",
  platform: "node",
  target: "node20",
  dts: false,
  sourcemap: true,
  fixedExtension: false,
});
