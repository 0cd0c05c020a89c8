/** The licences of packages that are built into ours: they ask to go along. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "rolldown";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** The folder of the package to which a module belongs. */
const packageFolder = (path: string): string | undefined =>
  /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0];

const noticeOf = (folder: string): string => {
  const { name, version, license } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  ) as Manifest;
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  if (files.length === 0) throw new Error(`${name} has no file with its licence`);
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").trim());
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
};

const preamble = "Parts of these packages are built into this one.\n\n";
const separator = `\n${"-".repeat(80)}\n\n`;

/**
 * Writes the licences of all packages in the output into `fileName`.
 *
 * @param built - files that this wrote for packages of ours which are part of the output as they were built
 */
export const collectLicenses = (fileName: string, built: readonly string[] = []): Plugin => ({
  name: "licenses",
  generateBundle(_, bundle) {
    const paths = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
    const folders = new Set(paths.map(packageFolder).filter((folder) => folder !== undefined));
    const notices = [
      ...[...folders].sort().map(noticeOf),
      ...built.map((file) => readFileSync(file, "utf8").slice(preamble.length)),
    ];
    if (notices.length === 0) return;
    this.emitFile({ type: "asset", fileName, source: preamble + notices.join(separator) });
  },
});
