/** JSON has no numbers for what is not finite or very large: they become texts. */
export function toJson(value: unknown): string {
  const plain = (_: string, part: unknown): unknown =>
    typeof part === "bigint" || (typeof part === "number" && !Number.isFinite(part)) ? String(part) : part;
  return JSON.stringify(value, plain, 2);
}
