/** What encoding and decoding of safetensors files share (format: huggingface/safetensors, README, "Format"). */
import type { DType } from "../../tensor/dtype.ts";

/** The format's names of the dtypes. */
export const dtypeNames: Readonly<Record<DType, string>> = {
  float64: "F64",
  float32: "F32",
  int32: "I32",
  bool: "BOOL",
};

/** Where the text beside the tensors stands in the header; no tensor may have this name. */
export const metadataKey = "__metadata__";

/** The header's length stands before it, little-endian. */
export const lengthBytes = 8;

/** Longer headers are refused by every reader. */
export const maxHeaderBytes = 100_000_000;

/** Bytes that are no safetensors file, or tensors that cannot be written as one. */
export class SafetensorsError extends Error {
  override readonly name = "SafetensorsError";
  /** What is wrong, without the name of the function that found it. */
  readonly reason: string;

  constructor(operation: string, reason: string, options?: ErrorOptions) {
    super(`${operation}: ${reason}`, options);
    this.reason = reason;
  }
}
