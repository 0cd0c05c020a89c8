/** What this target takes from Node, by the parts of its modules that it uses. */

export interface Modules {
  "node:child_process": {
    readonly spawnSync: (
      command: string,
      args: readonly string[],
      options: { readonly encoding: "utf8"; readonly maxBuffer: number },
    ) => {
      readonly status: number | null;
      readonly stdout: string;
      readonly stderr: string;
      readonly error?: Error;
    };
  };
  "node:crypto": {
    readonly createHash: (algorithm: "sha256") => {
      readonly update: (text: string) => { readonly digest: (form: "hex") => string };
    };
  };
  "node:fs": {
    readonly existsSync: (path: string) => boolean;
    readonly mkdirSync: (path: string, options: { readonly recursive: true }) => void;
    readonly renameSync: (from: string, to: string) => void;
    readonly rmSync: (path: string, options: { readonly force: true }) => void;
    readonly writeFileSync: (path: string, text: string) => void;
  };
  "node:os": { readonly homedir: () => string };
  "node:path": { readonly join: (...parts: readonly string[]) => string };
}

interface NodeProcess {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly platform: string;
  readonly getBuiltinModule?: (name: string) => unknown;
  readonly dlopen: (module: { exports: unknown }, path: string) => void;
}

/** The process. @throws Error outside of Node */
export const node = (): NodeProcess & { readonly getBuiltinModule: (name: string) => unknown } => {
  const { process } = globalThis as { process?: NodeProcess };
  if (process?.getBuiltinModule === undefined)
    throw new Error('the target "native" runs in Node 20.16 or later only; use the target "wasm"');
  return process as NodeProcess & { readonly getBuiltinModule: (name: string) => unknown };
};

export const builtin = <Name extends keyof Modules>(name: Name): Modules[Name] =>
  node().getBuiltinModule(name) as Modules[Name];
