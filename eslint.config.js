import eslint from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import prettier from "eslint-config-prettier";
import svelte from "eslint-plugin-svelte";
import tseslint from "typescript-eslint";

const defaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "Export by name.",
};
const importWithoutExtension = {
  selector:
    ":matches(ImportDeclaration, ImportExpression, ExportNamedDeclaration, ExportAllDeclaration) > Literal.source[value=/^\\.{1,2}\\/(?!.*\\.(ts|js|json|svelte|css|csv\\?url)$)/]",
  message: "Write the file extension of a relative import.",
};

const equality = ["error", "always", { null: "ignore" }];
const unusedVariables = ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "all" }];

export default defineConfig(
  globalIgnores(["**/dist/", "test-results/", "packages/downhill/test/golden/", "examples/data/"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  eslint.configs.recommended,
  prettier,
  svelte.configs.recommended,
  svelte.configs.prettier,
  {
    // What needs types is left to svelte-check.
    files: ["**/*.svelte"],
    plugins: { "@typescript-eslint": tseslint.plugin },
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      "no-undef": "off",
      "no-unused-vars": "off",
      "@typescript-eslint/no-unused-vars": unusedVariables,
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-explicit-any": "error",
      eqeqeq: equality,
      "no-restricted-syntax": ["error", importWithoutExtension],
      // The views have their addresses behind the #.
      "svelte/no-navigation-without-resolve": "off",
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: equality,
      "prefer-const": "error",
      "no-restricted-syntax": ["error", defaultExport, importWithoutExtension],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-unused-vars": unusedVariables,
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
