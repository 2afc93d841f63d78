/** `node tools/lighthouse.mjs URL CHROMIUM`: prints the four scores of a page, and what keeps each from 100, as JSON. */
import { launch } from "chrome-launcher";
import lighthouse, { desktopConfig } from "lighthouse";

const [url, chromePath] = process.argv.slice(2);
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const flags = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const chrome = await launch({ chromePath, chromeFlags: flags });
try {
  const found = {};
  for (const [name, config] of [
    ["phone", undefined],
    ["desk", desktopConfig],
  ]) {
    const { lhr } = await lighthouse(url, { port: chrome.port, onlyCategories: CATEGORIES, logLevel: "error" }, config);
    found[name] = {
      scores: Object.fromEntries(CATEGORIES.map((id) => [id, Math.round((lhr.categories[id].score ?? 0) * 100)])),
      short: CATEGORIES.flatMap((id) =>
        lhr.categories[id].auditRefs
          .filter(({ id: audit, weight }) => weight > 0 && (lhr.audits[audit].score ?? 1) < 0.9)
          .map(({ id: audit }) => `${audit}: ${lhr.audits[audit].displayValue ?? lhr.audits[audit].title}`),
      ),
    };
  }
  console.log(JSON.stringify(found));
} finally {
  await chrome.kill();
}
