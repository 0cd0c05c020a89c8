import type * as JaxJs from "@jax-js/jax";
import type { DataArray } from "./question.ts";

/** jax-js on its Wasm backend, the only fast one that it has in Node. */
export async function loadJaxJs(): Promise<typeof JaxJs> {
  const jax = await import("@jax-js/jax");
  const available = await jax.init("wasm");
  if (!available.includes("wasm")) throw new Error("jax-js finds no wasm backend here");
  jax.defaultDevice("wasm");
  return jax;
}

export function jaxArray(jax: typeof JaxJs, { values, shape }: DataArray): JaxJs.Array {
  return jax.numpy.array(values, { shape: [...shape] });
}

/** The values of a float32 array, which stays usable. */
export function jaxValues(array: JaxJs.Array): Float32Array {
  return array.ref.dataSync() as Float32Array;
}
