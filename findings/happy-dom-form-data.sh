#!/usr/bin/env bash
# happy-dom 21.0.4: `new FormData(form)` is not what a browser would send. Of a `<select multiple>` with two chosen options it has the first only,
# though `selectedOptions` has both; and a field in a `<fieldset disabled>` is in it (Chromium and the HTML standard: it is not).
# One would guess the browser's rule, as with a field that is itself disabled: a test of a form passes or fails here for what no browser does.
set -eu
place=$(mktemp -d); trap 'rm -rf "$place"' EXIT
cd "$place"
npm install --silent --no-audit --no-fund --prefix "$place" happy-dom@21.0.4
cat > probe.mjs <<'JS'
import { Window } from "happy-dom";

const page = new Window();
page.document.body.innerHTML = `<form>
  <select name="language" multiple><option value="ru" selected>ru</option><option value="en" selected>en</option></select>
  <fieldset disabled><input name="price" value="5"></fieldset>
  <input name="unit" value="minute" disabled>
</form>`;
const form = page.document.querySelector("form");
const chosen = [...form.querySelector("select").selectedOptions].map((option) => option.value);
console.log(`chosen ${chosen.join("+")}, form data ${[...new page.FormData(form)].map((entry) => entry.join("=")).join("&")}`);
await page.happyDOM.close();
JS
seen=$(node probe.mjs)
echo "happy-dom 21.0.4: $seen (a browser: language=ru&language=en)"
[ "$seen" = "chosen ru+en, form data language=ru&price=5" ]
