#!/usr/bin/env bash
# preact-iso 2.12.2 with Preact 11.2.0: a link with a bare `download` attribute opens as a page instead of being saved.
# preact-iso leaves a link with a truthy `link.download` to the browser. Of the bare attribute that is the empty string (in browsers too): it takes the click.
# In JSX, `<a download>` gets past it, but because Preact writes the attribute as download="true": unless the server names it, the file is then called "true".
set -eu
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cd "$place"
npm install --silent --no-audit --no-fund --prefix "$place" preact@11.2.0 preact-iso@2.12.2 happy-dom@21.0.4
cat > probe.mjs <<'JS'
import { Window } from "happy-dom";

const page = new Window({ url: "https://shop.example/" });
for (const name of ["document", "location", "history"]) globalThis[name] = page[name];
for (const name of ["addEventListener", "removeEventListener"]) globalThis[name] = page[name].bind(page);
const { h, render } = await import("preact");
const { LocationProvider } = await import("preact-iso");
const seen = [];
for (const download of ["", true, "a.pdf"]) {
  page.history.pushState(null, "", "/");
  render(h(LocationProvider, null, h("a", { href: "/files/a.pdf", download }, "the file")), document.body);
  const link = document.querySelector("a");
  let taken;
  page.addEventListener(
    "click",
    (event) => {
      taken = event.defaultPrevented;
      event.preventDefault();
    },
    { once: true },
  );
  link.click();
  seen.push(`download="${link.getAttribute("download")}" ${taken ? `taken over, now at ${location.pathname}` : "left to the browser"}`);
  render(null, document.body);
}
console.log(seen.join("; "));
await page.happyDOM.close();
JS
seen=$(node probe.mjs)
echo "preact-iso 2.12.2: $seen"
[ "$seen" = 'download="" taken over, now at /files/a.pdf; download="true" left to the browser; download="a.pdf" left to the browser' ]
