import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Schemas } from "../../src/api/client.ts";
import { speak } from "../../src/i18n/index.ts";
import { Distribution } from "../../src/pages/market/performer.tsx";
import { Reviews } from "../../src/pages/market/reviews.tsx";
import { OrderReview } from "../../src/pages/orders/review.tsx";
import { Rating, StarPicker } from "../../src/ui/rating.tsx";

type Order = Schemas["OrderPage"];
type View = Order["review"];

const AT = "2026-01-31T09:30:00.000Z";
const SAID: Schemas["SaidView"] = { stars: 4, text: "Quick and exact", at: AT, changed_at: null, reply: null };
const place = document.createElement("main");
document.body.append(place);
const query = { data: undefined, problem: undefined, loading: false, reload: vi.fn(), put: vi.fn() };

beforeAll(() => speak("en"));
afterEach(() => {
  act(() => render(null, place));
  vi.clearAllMocks();
  vi.unstubAllGlobals();
});

function shown(role: Order["role"], review: View): string {
  const order = { id: "o", role, other_name: "Pavel", review } as Order;
  act(() => render(<OrderReview order={order} query={query as never} />, place));
  return place.textContent ?? "";
}

function press(name: string): void {
  const button = [...place.querySelectorAll("button")].find((it) => it.textContent === name);
  act(() => button?.click());
}

test("an order that cannot be reviewed says nothing of it", () => {
  expect(shown("customer", { written: null, may: null, until: null })).toBe("");
});

test("its customer is asked how it was, and until when they can say", () => {
  const text = shown("customer", { written: null, may: "write", until: AT });
  for (const said of ["How was it?", "Say how Pavel did.", "You can write it until 31\u00a0January"])
    expect(text).toContain(said);
  expect(place.querySelectorAll("input[type=radio]")).toHaveLength(5);
});

test("nothing is sent before a star is chosen, and the group says why", () => {
  const sent = vi.fn();
  vi.stubGlobal("fetch", sent);
  shown("customer", { written: null, may: "write", until: null });
  press("Publish the review");
  expect(place.querySelector("fieldset")?.textContent).toContain("Choose one to five stars.");
  expect(sent).not.toHaveBeenCalled();
});

test("a review may be changed for a time, by its author", () => {
  expect(shown("customer", { written: SAID, may: "change", until: AT })).toContain("You can change it until");
  press("Change");
  expect(place.querySelector<HTMLInputElement>("input:checked")?.value).toBe("4");
  expect(place.querySelector("textarea")?.value).toBe("Quick and exact");
  expect(document.activeElement).toBe(place.querySelector("input:checked"));
  press("Leave as it is");
  expect(document.activeElement).toBe(place.querySelector("h2"));
});

test("the performer replies, or changes the reply", () => {
  expect(shown("performer", { written: SAID, may: "reply", until: AT })).toContain("Reply");
  press("Reply");
  expect(document.activeElement).toBe(place.querySelector("textarea"));
  act(() => render(null, place));
  const answered = { ...SAID, reply: { text: "Thank you", at: AT } };
  const text = shown("performer", { written: answered, may: "reply", until: AT });
  expect(text).toContain("Performer’s reply. Thank you");
  expect(text).toContain("Change the reply");
});

test("stars are radio buttons of one group, each with its words", () => {
  const chosen = vi.fn();
  act(() => render(<StarPicker label="Your rating" value={2} onChange={chosen} />, place));
  const radios = [...place.querySelectorAll<HTMLInputElement>("input[type=radio]")];
  expect(new Set(radios.map((it) => it.name)).size).toBe(1);
  expect(radios.map((it) => it.closest("label")?.textContent)).toEqual([
    "1\u00a0star",
    "2\u00a0stars",
    "3\u00a0stars",
    "4\u00a0stars",
    "5\u00a0stars",
  ]);
  expect(place.querySelectorAll(".star-off")).toHaveLength(3);
  act(() => radios[4]?.click());
  expect(chosen).toHaveBeenCalledWith(5);
});

test("a rating says of how many reviews it is, and that there is none", () => {
  act(() => render(<Rating rating={{ stars: 4, reviews: 1 }} full />, place));
  expect(place.textContent).toContain("4.0");
  expect(place.textContent).toContain("1\u00a0review");
  act(() => render(<Rating rating={{ stars: null, reviews: 0 }} />, place));
  expect(place.textContent).toBe("No ratings yet");
});

test("reviews are read again when the rating beside them has moved", async () => {
  const one = { ...SAID, id: "r", kind: "work" as const, author_name: "Vera" };
  const read = vi.fn().mockResolvedValueOnce({ items: [], next_cursor: null });
  read.mockResolvedValue({ items: [one], next_cursor: null });
  const show = (rating: Schemas["RatingView"]) =>
    act(async () => render(<Reviews of="p" rating={rating} read={read} />, place));
  await show({ stars: null, reviews: 0 });
  await show({ stars: null, reviews: 0 });
  await vi.waitFor(() => expect(place.textContent).toBe("Nobody has written a review yet."));
  await show({ stars: 4, reviews: 1 });
  await vi.waitFor(() => expect(place.textContent).toContain("Quick and exact"));
  expect(read).toHaveBeenCalledTimes(2);
});

test("what a rating is made of counts refusals too", () => {
  const rating = { stars: 3.4, reviews: 1, by_stars: [0, 0, 0, 1, 0], refusals: 2 };
  act(() => render(<Distribution rating={rating} />, place));
  expect(place.textContent).toContain("2\u00a0refusals count in it");
  expect([...place.querySelectorAll("li")].map((it) => it.lastChild?.textContent)).toEqual(["0", "1", "0", "0", "0"]);
});

test("a review that was not published is there again after the page was left, and gone once it is", async () => {
  shown("customer", { written: null, may: "write", until: AT });
  const field = () => place.querySelector("textarea") as HTMLTextAreaElement;
  field().value = "Quick";
  act(() => void field().dispatchEvent(new Event("input", { bubbles: true })));
  act(() => render(null, place));
  shown("customer", { written: null, may: "write", until: AT });
  expect(field().value).toBe("Quick");
  const headers = { "content-type": "application/json" };
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(SAID), { headers }));
  act(() => place.querySelectorAll<HTMLInputElement>("input[type=radio]")[3]?.click());
  await act(async () => {
    press("Publish the review");
    await new Promise((done) => setTimeout(done, 20));
  });
  act(() => render(null, place));
  shown("customer", { written: null, may: "write", until: AT });
  expect(field().value).toBe("");
});
