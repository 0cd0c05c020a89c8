/** What the first line of a table names its columns. */

/** Whether the line holds data, which taken as names would be lost silently: numbers alone, but for pandas' 0, 1, 2, …. */
export function holdsNumbers(header: readonly string[]): boolean {
  const numbered = header.every((name, i) => name === String(i)); // as written by pandas without names
  return !numbered && header.every((name) => name !== "" && Number.isFinite(Number(name)));
}

/**
 * Names of the columns, which are without surrounding spaces: unnamed ones become `column_3`, repeated ones `x_2`; `notes`
 * says so.
 */
export function uniqueNames(header: readonly string[]): { names: string[]; notes: string[] } {
  const taken = new Set<string>(header);
  const seen = new Set<string>();
  const notes: string[] = [];
  const names = header.map((name, i) => {
    if (name !== "" && !seen.has(name)) {
      seen.add(name);
      return name;
    }
    const base = name === "" ? "column" : name;
    let number = name === "" ? i + 1 : 2;
    while (taken.has(`${base}_${number}`)) number++;
    const unique = `${base}_${number}`;
    taken.add(unique);
    seen.add(unique);
    notes.push(
      name === ""
        ? `column ${i + 1} has no name: called ${unique}`
        : `column ${i + 1} repeats the name ${JSON.stringify(name)}: called ${unique}`,
    );
    return unique;
  });
  return { names, notes };
}
