import { type ComponentChild, render } from "preact";
import { act } from "preact/test-utils";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { outliveTranslation } from "../src/shell/translation.ts";
import { Around, LiveText } from "../src/ui/live-text.tsx";

const place = document.createElement("main");

beforeAll(() => {
  document.body.append(place);
  outliveTranslation(place);
});

beforeEach(async () => {
  await show(null);
});

/** Renders, and lets those who watch the page do what they do. */
async function show(what: ComponentChild): Promise<void> {
  act(() => render(what, place));
  await Promise.resolve();
}

function texts(): Text[] {
  const found: Text[] = [];
  const walk = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) found.push(walk.currentNode as Text);
  return found.filter((it) => it.data.trim() && !it.parentElement?.closest("font, .notranslate"));
}

/** As Chromium does it: each text is replaced by two nested elements. */
function translated(text: Text): HTMLElement {
  const [outer, inner] = [document.createElement("font"), document.createElement("font")];
  inner.textContent = `[${text.data}]`;
  outer.append(inner);
  return outer;
}

async function translate(): Promise<void> {
  for (const text of texts()) text.replaceWith(translated(text));
  await Promise.resolve();
}

describe("a page that was translated", () => {
  test("shows what it says next, and not what it said before", async () => {
    await show(<p>One</p>);
    await translate();
    expect(place.textContent).toBe("[One]");
    await show(<p>Two</p>);
    expect(place.textContent).toBe("Two");
    await translate();
    expect(place.textContent).toBe("[Two]");
  });

  test("lets go of a text that the page takes away", async () => {
    const lost = (there: boolean) => (
      <p>
        {there && "Lost"} <b>Kept</b>
      </p>
    );
    await show(lost(true));
    await translate();
    await show(lost(false));
    expect(place.textContent).toBe(" [Kept]");
  });

  test("keeps the order when something comes before, between and after", async () => {
    const list = (...middle: string[]) => (
      <p>
        {middle.includes("a") && <i>a</i>}One{middle.includes("b") && <i>b</i>}
        <b>Two</b>
        {middle.includes("c") && <i>c</i>}
      </p>
    );
    await show(list());
    await translate();
    await show(list("a", "b", "c"));
    expect(place.textContent).toBe("a[One]b[Two]c");
    await show(list("b"));
    expect(place.textContent).toBe("[One]b[Two]");
  });

  test("is as it was when the translator puts the texts back", async () => {
    await show(<p>One</p>);
    const [text] = texts() as [Text];
    await translate();
    place.querySelector("font")?.replaceWith(text);
    await Promise.resolve();
    expect(place.textContent).toBe("One");
    await show(<p>Two</p>);
    expect(place.textContent).toBe("Two");
  });

  test("may be translated anew into another language", async () => {
    await show(<p>One</p>);
    await translate();
    const again = document.createElement("font");
    again.textContent = "Eins";
    place.querySelector("font")?.replaceWith(again);
    await Promise.resolve();
    expect(place.textContent).toBe("Eins");
    await show(<p>Two</p>);
    expect(place.textContent).toBe("Two");
  });

  test("outlives a translator that makes one of several texts", async () => {
    const parts = (n: number) => <p>You have {n} calls</p>;
    await show(parts(2));
    const [first, ...others] = texts() as [Text, ...Text[]];
    const whole = translated(first);
    whole.textContent = "Sie haben 2 Anrufe";
    first.replaceWith(whole);
    for (const text of others) text.remove();
    await Promise.resolve();
    expect(place.textContent).toBe("Sie haben 2 Anrufe");
    await show(parts(3));
    expect(place.textContent).toBe("You have 3 calls");
  });

  test("outlives a translator that does not stop at what is empty", async () => {
    await show(<p>One</p>);
    const eager = new MutationObserver((records) => {
      for (const node of records.flatMap((it) => [...it.addedNodes])) {
        if (node instanceof Text && !node.parentElement?.closest("font")) node.replaceWith(translated(node));
      }
    });
    eager.observe(place, { childList: true, subtree: true });
    await translate();
    await show(<p>Two</p>);
    eager.disconnect();
    await Promise.resolve();
    expect(place.textContent).toContain("Two");
    expect(place.textContent).not.toContain("One");
  });

  test("outlives a translator that puts the texts into elements of its own", async () => {
    const list = (...there: string[]) => (
      <p>
        {there.includes("a") && <i>a</i>}One{there.includes("b") && <i>b</i>}
      </p>
    );
    await show(list());
    for (const text of texts()) {
      const box = document.createElement("x-word");
      text.replaceWith(box);
      box.append(text);
    }
    await show(list("a"));
    expect(place.textContent).toBe("aOne");
    await show(list("a", "b"));
    expect(place.textContent).toBe("aOneb");
  });
});

describe("text that changes before one's eyes", () => {
  test("is marked for translators, and the words around it are not", async () => {
    await show(
      <p>
        <Around words={(left) => `${left} are left`} live="0:12" />
      </p>,
    );
    expect(place.textContent).toBe("0:12 are left");
    expect(place.querySelector(".notranslate")?.textContent).toBe("0:12");
    await translate();
    expect(place.textContent).toBe("0:12[ are left]");
  });

  test("is what the page says, whatever took its place", async () => {
    await show(<LiveText>0:12</LiveText>);
    const box = place.querySelector("span") as HTMLElement;
    box.innerHTML = "<em>zero twelve</em>";
    await show(<LiveText>0:11</LiveText>);
    expect(box.innerHTML).toBe("0:11");
  });
});
