/** Files: safetensors. */
export { decodeSafetensors, type Safetensors } from "./safetensors/decode.ts";
export { encodeSafetensors, type EncodeSafetensorsOptions } from "./safetensors/encode.ts";
export { SafetensorsError } from "./safetensors/format.ts";
