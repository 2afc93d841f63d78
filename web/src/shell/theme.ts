/** Light or dark: the system's, until somebody chooses. */
import { device } from "../state/browser.ts";

const KEY = "twip.theme";

export function restoreTheme(): void {
  const chosen = device.get(KEY);
  if (chosen) document.documentElement.dataset.theme = chosen;
}

export function toggleTheme(): void {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  device.set(KEY, root.dataset.theme);
}
