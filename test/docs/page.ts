/** A page of documentation as a module that checks itself: its lines of code at the places where they stand. */
import ts from "typescript";

/** A fenced block: ``` and a language, then text. */
export interface Fence {
  readonly language: string;
  /** Of the first line of the text, counted from 0. */
  readonly line: number;
  readonly lines: readonly string[];
}

export const fencesOf = (markdown: string): Fence[] => {
  const fences: Fence[] = [];
  let open: { language: string; line: number; lines: string[]; mark: string } | undefined;
  markdown.split("\n").forEach((text, line) => {
    const mark = /^(`{3,})(\w*)/.exec(text);
    if (open === undefined) {
      if (mark) open = { language: mark[2] ?? "", line: line + 1, lines: [], mark: mark[1] ?? "" };
    } else if (text.trimEnd() === open.mark) {
      fences.push(open);
      open = undefined;
    } else open.lines.push(text);
  });
  if (open !== undefined) throw new Error(`line ${open.line}: a code block without an end`);
  return fences;
};

/** What a page's module reports to while it runs. */
export interface Reporter {
  /** The block of code that begins at this line is about to run. */
  begin(line: number): void;
  /** The statement that ends on this line and the value, or error, that the page promises for it. */
  show(line: number, value: () => unknown, promised: string): void | Promise<void>;
}

/** Replacements in a text, given by position, applied from the end. */
const splice = (text: string, edits: { at: number; end: number; by: string }[]): string => {
  let result = text;
  for (const { at, end, by } of edits.toSorted((a, b) => b.at - a.at))
    result = result.slice(0, at) + by + result.slice(end);
  return result;
};

const promise = /\/\/ → (.*)$/;

/** The statement that a promise at `position` belongs to: the last one that ends before it, on the same line. */
const statementBefore = (file: ts.SourceFile, position: number): ts.Statement | undefined => {
  const lineOf = (at: number): number => file.getLineAndCharacterOfPosition(at).line;
  let found: ts.Statement | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isStatement(node) && node.end <= position && lineOf(node.end) === lineOf(position)) found = node;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return found;
};

const usesAwait = (node: ts.Node): boolean =>
  ts.isAwaitExpression(node) || (ts.forEachChild(node, usesAwait) ?? false);

/**
 * The code of all TypeScript blocks as one module with the lines where the page has them. Statements followed by
 * `// → value` (or `// → throws error`) report to `reporter`, a name in scope.
 */
export const moduleOf = (markdown: string, reporter: string): string => {
  const lines: string[] = markdown.split("\n").map(() => "");
  const blocks = fencesOf(markdown).filter(({ language }) => language === "ts");
  for (const block of blocks) block.lines.forEach((text, i) => (lines[block.line + i] = text));
  const source = lines.join("\n");
  const file = ts.createSourceFile("page.ts", source, ts.ScriptTarget.Latest, true);
  const starts = file.getLineStarts();
  const edits = blocks.map(({ line }) => ({
    at: starts[line] ?? 0,
    end: starts[line] ?? 0,
    by: `${reporter}.begin(${line}); `,
  }));
  lines.forEach((text, line) => {
    const found = promise.exec(text);
    if (found === null) return;
    const fail = (): never => {
      throw new Error(`line ${line + 1}: "→" follows no expression and no single constant`);
    };
    const statement = statementBefore(file, (starts[line] ?? 0) + found.index) ?? fail();
    const call = (value: string, waits: boolean): string => {
      const promised = JSON.stringify(found[1]);
      return waits
        ? `await ${reporter}.show(${line}, async () => (${value}), ${promised});`
        : `${reporter}.show(${line}, () => (${value}), ${promised});`;
    };
    if (ts.isExpressionStatement(statement)) {
      const { expression } = statement;
      const by = call(expression.getText(file), usesAwait(expression));
      edits.push({ at: statement.getStart(file), end: statement.end, by });
      return;
    }
    const [declared, more] = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [];
    if (declared === undefined || more !== undefined) return fail();
    edits.push({ at: statement.end, end: statement.end, by: ` ${call(declared.name.getText(file), false)}` });
  });
  return splice(source, edits);
};
