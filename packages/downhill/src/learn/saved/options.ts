/** Options and labels as JSON and back: also the numbers and maps that JSON has no word for. */
import { ModelFormatError } from "../errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * What has no JSON of its own becomes an object with one key that begins with `$`: `{ "$number": "Infinity" }`,
 * `{ "$map": [[key, value], …] }`, and `{ "$object": [[key, value], …] }` for an object that has such keys itself.
 */
export const toJson = (value: unknown): Json => {
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? "-0" : String(value) };
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map)
    return {
      $map: [...(value as Map<unknown, unknown>)].map(([key, entry]) => [toJson(key), toJson(entry)]),
    };
  if (typeof value !== "object") throw new Error(`internal: an option is a ${typeof value}`);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return entries.some(([key]) => key.startsWith("$"))
    ? { $object: entries.map(([key, entry]) => [key, toJson(entry)]) }
    : Object.fromEntries(entries.map(([key, entry]) => [key, toJson(entry)]));
};

const numbers = new Map([NaN, Infinity, -Infinity].map((value) => [String(value), value])).set("-0", -0);

const pairsOf = (key: string, value: Json): readonly (readonly [Json, Json])[] => {
  if (!Array.isArray(value) || value.some((pair) => !Array.isArray(pair) || pair.length !== 2))
    throw new ModelFormatError(`${key} is no list of pairs`);
  return value as (readonly [Json, Json])[];
};

/** @throws ModelFormatError at an object with a key `$…` that `toJson` does not write. */
export const fromJson = (json: Json): unknown => {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return (json as readonly Json[]).map(fromJson);
  const entries = Object.entries(json as { readonly [key: string]: Json });
  const special = entries.find(([key]) => key.startsWith("$"));
  if (special === undefined) return Object.fromEntries(entries.map(([key, value]) => [key, fromJson(value)]));
  const [key, value] = special;
  if (entries.length === 1) {
    if (key === "$number" && numbers.has(value as string)) return numbers.get(value as string);
    if (key === "$map") return new Map(pairsOf(key, value).map(([k, v]) => [fromJson(k), fromJson(v)]));
    if (key === "$object")
      return Object.fromEntries(pairsOf(key, value).map(([k, v]) => [k as string, fromJson(v)]));
  }
  throw new ModelFormatError(`${JSON.stringify(json)} is no value of an option`);
};
