/** A browser that refuses things: nothing of the page breaks over it. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as browser from "../src/state/browser.ts";

const modules = import.meta.glob("../src/**/*.{ts,tsx}");
const sources = import.meta.glob("../src/**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true }) as Record<
  string,
  string
>;

function refused(): never {
  throw new DOMException("The request was denied.", "SecurityError");
}

/** As Chromium and Firefox do where site data are blocked. */
function block(): void {
  vi.spyOn(globalThis, "localStorage", "get").mockImplementation(refused);
  vi.spyOn(globalThis, "sessionStorage", "get").mockImplementation(refused);
  vi.stubGlobal("BroadcastChannel", refused);
  vi.stubGlobal("indexedDB", undefined);
  vi.stubGlobal("Notification", undefined);
  vi.stubGlobal("caches", undefined);
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  window.name = "";
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("a browser that blocks site data", () => {
  it("lets every part of the page load", async () => {
    block();
    vi.resetModules();
    for (const [path, load] of Object.entries(modules)) {
      if (path.endsWith("/main.tsx")) continue;
      await expect(load(), path).resolves.toBeDefined();
    }
  }, 60_000);

  it("keeps what is kept for as long as the page lives", () => {
    block();
    expect(browser.keepsData()).toBe(false);
    expect(browser.device.set("twip.lang", "ru")).toBe(false);
    expect(browser.device.get("twip.lang")).toBe("ru");
    browser.device.remove("twip.lang");
    expect(browser.device.get("twip.lang")).toBeNull();
    browser.tab.write("twip.gear", { camera: true });
    expect(browser.tab.read("twip.gear")).toEqual({ camera: true });
  });

  it("has other tabs that nobody hears, and no notifications", async () => {
    block();
    browser.channel("twip.ring", () => {}).say("a call");
    expect(browser.notifying()).toBe("none");
    expect(await browser.askToNotify()).toBe("none");
    expect(await browser.worker("/sw.js", true)).toBeNull();
    expect(await browser.worker("/sw.js")).toBeNull();
  });

  it("is told of once a tab", () => {
    expect(browser.quiet()).toBe(false);
    browser.beQuiet();
    expect(browser.quiet()).toBe(true);
  });

  it("keeps nothing either where only cookies are blocked", () => {
    expect(browser.keepsData()).toBe(true);
    vi.spyOn(navigator, "cookieEnabled", "get").mockReturnValue(false);
    expect(browser.keepsData()).toBe(false);
  });
});

describe("a browser whose room is full", () => {
  it("keeps the newest value for the page, not an older one", () => {
    browser.device.set("twip.lang", "en");
    const room = { getItem: (name: string) => localStorage.getItem(name), setItem: refused, removeItem: refused };
    const full = new browser.Kept(() => room as unknown as Storage);
    expect(full.get("twip.lang")).toBe("en");
    expect(full.set("twip.lang", "ru")).toBe(false);
    expect(full.get("twip.lang")).toBe("ru");
  });

  it("keeps again once there is room", () => {
    let room = false;
    const storage = { setItem: (...kept: [string, string]) => (room ? localStorage.setItem(...kept) : refused()) };
    const small = new browser.Kept(() => storage as unknown as Storage);
    expect(small.set("twip.theme", "dark")).toBe(false);
    room = true;
    expect(small.set("twip.theme", "light")).toBe(true);
    expect(localStorage.getItem("twip.theme")).toBe("light");
  });
});

it("what is kept and cannot be read is not there", () => {
  for (const text of ["nonsense", "{", "undefined", ""]) {
    localStorage.setItem("twip.devices", text);
    expect(browser.device.read("twip.devices")).toBeNull();
  }
});

it("nothing asks the browser for these but the one who may be refused", () => {
  const guarded =
    /\b(localStorage|sessionStorage|indexedDB|BroadcastChannel|cookieStore|navigator\.(serviceWorker|locks|storage)|document\.cookie|caches\.|Notification\.)/;
  const asking = Object.entries(sources).filter(([, text]) => guarded.test(text));
  expect(asking.map(([path]) => path)).toEqual(["../src/state/browser.ts"]);
});
