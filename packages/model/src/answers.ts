/** Texts that say yes or no, which spreadsheets write in capitals and programs do not. */

/** In lower case. */
export const booleanWords: readonly string[] = ["true", "false", "t", "f", "yes", "no", "y", "n"];

/** Whether the texts say yes and no, no two of them in different letters only: then `TRUE` is `true`. */
export function areAnswers(texts: readonly string[]): boolean {
  const words = new Set(texts.map((text) => text.toLowerCase()));
  return words.size === texts.length && [...words].every((word) => booleanWords.includes(word));
}
