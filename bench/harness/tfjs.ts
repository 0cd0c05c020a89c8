import type * as TensorFlow from "@tensorflow/tfjs-core";
import type { DataArray } from "./question.ts";

/** TensorFlow.js on its Wasm backend, as its users set it up in Node (one thread: it has no more there). */
export async function loadTensorFlow(): Promise<typeof TensorFlow> {
  const tf = await import("@tensorflow/tfjs-core");
  await import("@tensorflow/tfjs-core/dist/register_all_gradients.js");
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  // Where they are needed: this file is part of the page of the bench, too, though TF.js is not.
  const { fileURLToPath } = await import("node:url");
  const main = import.meta.resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(fileURLToPath(new URL(".", main)));
  await tf.setBackend("wasm");
  await tf.ready();
  return tf;
}

export function tfTensor(tf: typeof TensorFlow, { values, shape, dtype }: DataArray): TensorFlow.Tensor {
  if (values instanceof Float64Array || dtype === "float64") throw new Error("TF.js has no float64");
  return tf.tensor(values, [...shape], dtype);
}
