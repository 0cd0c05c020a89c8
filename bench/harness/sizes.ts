/** Bundles, minifies and compresses, as a web page would get the code. */
import { bundle, sizesOf } from "./bundle.ts";
import type { SizeQuestion } from "./question.ts";
import type { Result, Row } from "./result.ts";

export async function measureSizes(
  question: SizeQuestion,
  isPresent: (peer: string) => boolean,
): Promise<Omit<Result, "verdicts">> {
  const rows: Row[] = [];
  const failures: { name: string; reason: string }[] = [];
  for (const [name, { peer, source }] of Object.entries(question.modules)) {
    if (!isPresent(peer)) continue;
    try {
      const { minified, gzip, brotli } = sizesOf(await bundle(source));
      const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
      rows.push({
        name,
        samples: [gzip],
        note: `minified ${kilobytes(minified)}, brotli ${kilobytes(brotli)}`,
      });
    } catch (error) {
      failures.push({ name, reason: (error as Error).message });
    }
  }
  const { name, label, title } = question;
  return { question: name, label, title, unit: "bytes", rows, failures, disagreements: [] };
}
