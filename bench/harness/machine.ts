import { cpus, totalmem } from "node:os";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGB: number;
}

/** Where measurements are taken. */
export function machine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model.trim() ?? "",
    cores: cores.length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
  };
}
