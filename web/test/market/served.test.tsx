/** What was served for a page is read until the page is there, and not on the next one. */
import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, test } from "vitest";
import { useOwnPage, useServed } from "../../src/market/served.ts";

const served = () => document.getElementById("served");

function Own() {
  useOwnPage();
  return null;
}

function Awaited({ there }: { there: boolean }) {
  useServed();
  return there ? <Own /> : null;
}

const show = (page: preact.ComponentChild) => act(() => render(page, document.querySelector("#app") as Element));

beforeEach(() => {
  document.body.innerHTML = '<div id="app"></div><div id="served">Chess openings</div>';
});

test("it stands while the page is awaited, and goes when that is there", async () => {
  await show(<Awaited there={false} />);
  expect(served()).not.toBeNull();
  await show(<Awaited there={true} />);
  expect(served()).toBeNull();
});

test("it goes with whoever leaves before that", async () => {
  await show(<Awaited there={false} />);
  await show(null);
  expect(served()).toBeNull();
});
