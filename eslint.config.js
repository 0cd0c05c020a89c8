import eslint from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

const defaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "Export by name.",
};
const importWithoutExtension = {
  selector:
    ":matches(ImportDeclaration, ImportExpression, ExportNamedDeclaration, ExportAllDeclaration) > Literal.source[value=/^\\.{1,2}\\/(?!.*\\.(ts|js|json)$)/]",
  message: "Write the file extension of a relative import.",
};

export default defineConfig(
  globalIgnores(["**/dist/", "test-results/", "packages/downhill/test/golden/", "examples/data/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  eslint.configs.recommended,
  prettier,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "prefer-const": "error",
      "no-restricted-syntax": ["error", defaultExport, importWithoutExtension],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "all" },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ["packages/downhill/src/**/*.ts"],
    rules: { "no-console": "error" },
  },
  {
    files: ["**/*.js"],
    languageOptions: { globals: { console: "readonly", process: "readonly" } },
  },
  {
    // The tools want their configuration as a default export.
    files: ["*.config.ts", "**/*.config.ts"],
    rules: { "no-restricted-syntax": ["error", importWithoutExtension] },
  },
);
