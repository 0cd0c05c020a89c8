/** Light or dark: as the system has it, until the reader says otherwise. */

export type Theme = "system" | "light" | "dark";
const themes: readonly Theme[] = ["system", "light", "dark"];
const key = "downhill-theme";

const stored = (): Theme => {
  try {
    return themes.find((name) => name === localStorage.getItem(key)) ?? "system";
  } catch {
    // Storage may be forbidden.
    return "system";
  }
};

const dark = window.matchMedia("(prefers-color-scheme: dark)");
let choice = $state<Theme>(stored());
let systemIsDark = $state(dark.matches);
dark.addEventListener("change", ({ matches }) => (systemIsDark = matches));

const apply = (): void => {
  if (choice === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = choice;
};
apply();

export const theme = {
  get choice(): Theme {
    return choice;
  },
  get isDark(): boolean {
    return choice === "dark" || (choice === "system" && systemIsDark);
  },
  /** The other one. */
  toggle(): void {
    choice = this.isDark ? "light" : "dark";
    // What the system has is followed again as soon as it is the same.
    if ((choice === "dark") === systemIsDark) choice = "system";
    apply();
    try {
      localStorage.setItem(key, choice);
    } catch {
      // Then it holds for this visit.
    }
  },
};
