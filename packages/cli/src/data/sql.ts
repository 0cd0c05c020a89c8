/** `text` as an SQL string. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `name` as an SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `value` as an SQL double, exactly: a bare `0.1` would be a decimal, rounded on its own terms. */
export function doubleLiteral(value: number): string {
  return `'${value}'::DOUBLE`;
}
