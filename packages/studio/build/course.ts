/** The course of docs/ as a module of the page: `virtual:course`. Its pages are read and set when the studio is built. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { marked } from "marked";
import type { Plugin } from "vite";

const folder = join(import.meta.dirname, "../../../docs/course");

export interface Chapter {
  /** 1-loss */
  readonly id: string;
  readonly title: string;
  /** The address of the live view that stands beside it. */
  readonly address: string;
  /** What to do there. */
  readonly task: string;
  readonly html: string;
}

/** A picture on a line of its own. */
const picture = /^!\[[^\]]*\]\([^)]*\)$/gm;

/** Parts of a page: those that only make sense on paper, or are said by the view itself, are left out. */
export const readChapter = (id: string, markdown: string): Chapter => {
  const [, title = ""] = /^# (.*)$/m.exec(markdown) ?? [];
  const [, address = "", task = ""] =
    /## In the studio\s[^`]*`[^`]*`[^`]*`(#[^`]*)`:?\s*([^]*?)(?=\n## )/.exec(markdown) ?? [];
  if (title === "" || address === "")
    throw new Error(`docs/course/${id}.md has no title or no address of the studio`);
  const text = markdown
    .replace(/^# .*$/m, "")
    .replace(/^\[Contents\].*$/m, "")
    .replace(/## In the studio[^]*?(?=\n## )/, "")
    // The view beside the text is the picture.
    .replace(picture, "")
    .replace(/\]\((\d+-[a-z-]+)\.md\)/g, "](#/learn?chapter=$1)");
  return {
    id,
    title,
    address,
    task: marked.parseInline(task.replace(picture, "").trim(), { async: false }),
    // Wide blocks scroll, and must be reached by keyboard for that.
    html: marked.parse(text, { async: false }).replaceAll("<pre>", '<pre tabindex="0">'),
  };
};

export const readCourse = (): Chapter[] =>
  readdirSync(folder)
    .filter((name) => /^\d+-.*\.md$/.test(name))
    .sort()
    .map((name) => readChapter(name.replace(/\.md$/, ""), readFileSync(join(folder, name), "utf8")));

const name = "virtual:course";

export const coursePages: Plugin = {
  name: "course-pages",
  resolveId: (id) => (id === name ? `\0${name}` : undefined),
  load(id) {
    if (id !== `\0${name}`) return undefined;
    const chapters = readCourse();
    for (const chapter of chapters) this.addWatchFile(join(folder, `${chapter.id}.md`));
    return `export const chapters = ${JSON.stringify(chapters)};`;
  },
};
