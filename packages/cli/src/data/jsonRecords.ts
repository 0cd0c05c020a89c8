/** One record of a JSON file: its text and the line on which it begins, counted from 1. */
export interface JsonRecord {
  readonly line: number;
  readonly text: string;
}

/**
 * Splits a JSON array of records, or records one after the other, into records without understanding them: only
 * brackets and quotes are followed. A record that lacks its closing bracket swallows what comes after it.
 */
export async function* splitJsonRecords(pieces: AsyncIterable<string>): AsyncGenerator<JsonRecord> {
  let line = 1;
  let firstLine = 1;
  let text = "";
  let depth = 0;
  let recordDepth: number | null = null; // 1 in an array of records, 0 for records one after the other
  let quoted = false;
  let escaped = false;
  for await (const piece of pieces) {
    for (const char of piece) {
      if (char === "\n") line++;
      const begins = !quoted && (char === "{" || char === "[");
      const ends = !quoted && (char === "}" || char === "]");
      if (begins) {
        recordDepth ??= char === "[" ? 1 : 0;
        if (depth === recordDepth) [firstLine, text] = [line, ""];
        depth++;
      }
      if (recordDepth !== null && depth > recordDepth) text += char;
      if (ends) {
        depth--;
        if (depth === recordDepth) {
          yield { line: firstLine, text };
          text = "";
        }
      }
      if (escaped) escaped = false;
      else if (quoted && char === "\\") escaped = true;
      else if (char === '"') quoted = !quoted;
    }
  }
  if (text !== "") yield { line: firstLine, text };
}
