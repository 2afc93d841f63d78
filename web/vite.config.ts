import { defineConfig } from "vite";

const running = process.env.TWIP_ORIGIN ?? "http://127.0.0.1:8400";
/** The product serves its own pages only, so the sources' pages speak in its name. */
const headers = { Origin: running };

/** The bundle goes where the local door and the deployment look for it. `npm run dev` shows the sources against the product that runs. */
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: {
    proxy: {
      "/api": { target: running, headers },
      "/local": { target: running },
      "/ws": { target: running, ws: true, headers },
    },
  },
  build: {
    outDir: "../build/web",
    emptyOutDir: true,
    target: "es2022",
    // Nothing is put into pages as data: the content policy is strict, and files are cached for ever.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What every page begins with is one file: twenty small ones compress worse by a tenth, and each is a request.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "begin", tags: ["$initial"] }] } } },
  },
});
