/** The Chrome, Chromium or Edge that this machine has. None is ever downloaded. */
import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const namesOnPath = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
] as const;

/** Where installers put browsers on systems that do not have them on the path. */
function installedPaths(): string[] {
  const applications = ["Google Chrome", "Chromium", "Microsoft Edge"].map((name) =>
    join("/Applications", `${name}.app`, "Contents", "MacOS", name),
  );
  switch (process.platform) {
    case "darwin":
      return [...applications, ...applications.map((path) => join(homedir(), path))];
    case "win32": {
      const roots = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].map((name) => process.env[name]);
      const programs = [
        "Google\\Chrome\\Application\\chrome.exe",
        "Microsoft\\Edge\\Application\\msedge.exe",
      ];
      return roots.flatMap((root) =>
        root === undefined ? [] : programs.map((program) => join(root, program)),
      );
    }
    default:
      return [];
  }
}

/**
 * The path of the browser: what `DOWNHILL_BROWSER` names, or the first that is installed; undefined if there is none.
 * @throws Error if `DOWNHILL_BROWSER` names nothing that can be run.
 */
export function findBrowser(): string | undefined {
  const named = process.env["DOWNHILL_BROWSER"];
  if (named !== undefined && named !== "") {
    if (!isExecutable(named)) throw new Error(`DOWNHILL_BROWSER: ${named} is no program that can be run`);
    return named;
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = namesOnPath.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...installedPaths()].find(isExecutable);
}

/** What to do about a browser that is missing. */
export const howToGetBrowser =
  "no Chrome, Chromium or Edge is installed; install one (Debian and Ubuntu: apt-get install chromium, " +
  "macOS: brew install --cask google-chrome, Windows: winget install Google.Chrome) " +
  "or set DOWNHILL_BROWSER to the path of one";

/**
 * Starts the browser without a window. Close it when done.
 * @throws Error that says how to get one, if there is none.
 */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error(howToGetBrowser);
  return chromium.launch({
    executablePath,
    // Without the sandbox it also runs as root, in a container. The rest keeps it from looking around the network.
    chromiumSandbox: false,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
