/**
 * Takes the pictures of the studio that README and course show, from the page as it is built now.
 *
 *     npm run build
 *     npx rolldown packages/studio/scripts/screenshots.ts --format esm --platform node --external playwright-core --file node_modules/.cache/screenshots.js
 *     node node_modules/.cache/screenshots.js [NAME ...]
 */
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../../../test/launch-browser.ts";

interface Shot {
  /** Where the picture goes. */
  readonly file: string;
  /** Behind the address of the studio. */
  readonly hash: string;
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  /** Milliseconds until the page shows what it has to show. */
  readonly wait?: number;
}

const course = "docs/course";

/** What a chapter's section on the studio names. */
const ofCourse = (): Shot[] =>
  readdirSync(course)
    .filter((name) => /^\d-.*\.md$/.test(name))
    .sort()
    .map((name, i) => {
      const [, hash = ""] =
        /## In the studio\s[^`]*`[^`]*`[^`]*`(#[^`]*)`/.exec(readFileSync(`${course}/${name}`, "utf8")) ?? [];
      return {
        file: `${course}/pictures/studio-${i + 1}.jpg`,
        hash,
        width: 1180,
        height: 760,
        dark: i % 3 === 2,
      };
    });

const ofReadme: readonly Shot[] = [
  {
    file: "docs/studio/slope.jpg",
    hash: "#/slope?f=(1-x)^2%2B5*(y-x^2)^2&x=-1.3&y=0.7&rate=0.02",
    width: 1180,
    height: 860,
  },
  {
    file: "docs/studio/train.jpg",
    hash: "#/train?table=iris&model=mlp&epoch=200",
    width: 1180,
    height: 860,
    wait: 6000,
  },
  {
    file: "docs/studio/train-dark.jpg",
    hash: "#/train?table=breast_cancer&epoch=60",
    width: 1180,
    height: 860,
    dark: true,
    wait: 6000,
  },
];

const take = async (
  browser: Browser,
  origin: string,
  { file, hash, dark, wait = 2500, ...viewport }: Shot,
): Promise<void> => {
  const page = await browser.newPage({ viewport, colorScheme: dark === true ? "dark" : "light" });
  await page.goto(origin + hash);
  await page.waitForTimeout(wait);
  mkdirSync(dirname(file), { recursive: true });
  await page.screenshot({ path: file, type: "jpeg", quality: 72 });
  await page.close();
};

const serve = async (): Promise<{ readonly origin: string; readonly stop: () => void }> =>
  new Promise((found, failed) => {
    const studio = spawn(process.execPath, [
      resolve("packages/cli/bin/downhill.js"),
      "studio",
      "--port",
      "0",
    ]);
    studio.on("error", failed);
    studio.stdout.setEncoding("utf8").on("data", (text: string) => {
      const [origin] = /http:\/\/\S+/.exec(text) ?? [];
      if (origin !== undefined) found({ origin, stop: () => studio.kill() });
    });
  });

const wanted = process.argv.slice(2);
const shots = [...ofReadme, ...ofCourse()].filter(
  ({ file }) => wanted.length === 0 || wanted.some((name) => file.includes(name)),
);
const studio = await serve();
const browser = await launchBrowser();
try {
  for (const shot of shots) {
    await take(browser, studio.origin, shot);
    console.log(shot.file);
  }
} finally {
  await browser.close();
  studio.stop();
}
