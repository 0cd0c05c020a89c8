/** A check that JSON.parse does not make. */

/** Where the string that begins at `start` ends: the position of its closing quote. */
const endOfString = (text: string, start: number): number => {
  let position = start + 1;
  while (text[position] !== '"') position += text[position] === "\\" ? 2 : 1;
  return position;
};

/** The first key that an object of a valid JSON text has twice. */
export const repeatedKey = (text: string): string | undefined => {
  /** The keys of the objects that are open, innermost last; null for an array. */
  const open: (Set<string> | null)[] = [];
  let expectsKey = false;
  for (let position = 0; position < text.length; position++) {
    const character = text[position];
    if (character === "{" || character === "[") {
      open.push(character === "{" ? new Set() : null);
      expectsKey = character === "{";
    } else if (character === "}" || character === "]") open.pop();
    else if (character === ",") expectsKey = open.at(-1) instanceof Set;
    else if (character === '"') {
      const end = endOfString(text, position);
      if (expectsKey) {
        const key = JSON.parse(text.slice(position, end + 1)) as string;
        const keys = open.at(-1)!;
        if (keys.has(key)) return key;
        keys.add(key);
        expectsKey = false;
      }
      position = end;
    }
  }
  return undefined;
};
