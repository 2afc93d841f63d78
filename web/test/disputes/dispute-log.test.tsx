import { type ComponentChild, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeAll, expect, test } from "vitest";
import { DisputeLog, headOf, noteOf } from "../../src/disputes/dispute-log.tsx";
import { toldOf } from "../../src/disputes/dispute-told.ts";
import { SplitBar } from "../../src/disputes/division.tsx";
import { lostBps } from "../../src/disputes/media-table.tsx";
import { speak } from "../../src/i18n/index.ts";
import { Row } from "../../src/pages/disputes/disputes.tsx";
import { dispute, entry, rub, split } from "./made.ts";

const place = document.createElement("main");

function shown(what: ComponentChild): string {
  act(() => render(what, place));
  return (place.textContent ?? "").replaceAll("\u00a0", " ");
}

beforeAll(() => speak("en"));
afterEach(() => render(null, place));

const link = async () => "";
const log = (entries: ReturnType<typeof entry>[], of = dispute({ phase: "arbitration", arbiter_name: "Nina" })) =>
  shown(<DisputeLog entries={entries} dispute={of} labelledBy="h" link={link} />);

test("a thread says who spoke and what was done, in the reader's words", () => {
  const text = log([
    entry("open", "customer", { text: "Nothing came", phase: "answer" }),
    entry("answer", "performer", { text: "It did" }),
    entry("assign", "arbiter"),
    entry("question", "arbiter", { text: "When?", asked: ["customer"] }),
    entry("propose", "performer", { split: split(40_000, 60_000) }),
  ]);
  for (const said of [
    "You opened the dispute",
    "Pavel answers",
    "Passed to an arbiter",
    "Taken by the arbiter Nina",
    "Arbiter Nina asks you",
    "The performer offered: ₽400.00 to the customer, ₽600.00 to the performer",
  ])
    expect(text).toContain(said);
});

test("to whoever decides, both sides have their names", () => {
  const desk = dispute({ role: "arbiter", arbiter_name: "Nina" });
  expect(headOf(entry("open", "customer"), desk)).toBe("Vera opened the dispute");
  expect(headOf(entry("say", "performer"), desk)).toBe("Pavel");
  expect(headOf(entry("question", "arbiter", { asked: ["performer"] }), desk)).toBe("Arbiter Nina asks the performer");
  expect(headOf(entry("question", "admin", { asked: ["customer", "performer"] }), desk)).toBe(
    "Administrator asks both sides",
  );
});

test("no arbiter is named for what another one may have said", () => {
  const text = log([
    entry("assign", "arbiter"),
    entry("question", "arbiter", { text: "When?", asked: ["customer"] }),
    entry("hand_over", "arbiter"),
    entry("assign", "arbiter"),
  ]);
  expect(text).toContain("Arbiter asks you");
  expect(text).not.toContain("Nina");
});

test("what time has done is told, up to the decision by the rules", () => {
  const said = (["arbitration", "escalated", "admin", "decided"] as const).map((phase) =>
    noteOf(entry("lapse", "service", { phase, split: split(0, 100) }), dispute()),
  );
  expect(said).toEqual([
    "No answer in time: passed to an arbiter",
    "No verdict in time: passed to all arbiters",
    "No verdict in time: passed to the administrator",
    "Nobody decided in time, so the rules did: ₽0.00 to the customer, ₽1.00 to the performer",
  ]);
});

test("an offer's end, an agreement and a withdrawal are notes; a plain message is none", () => {
  expect(noteOf(entry("decline", "performer"), dispute())).toBe("The offer is off");
  expect(noteOf(entry("agree", "customer", { split: split(1, 99) }), dispute())).toContain("Agreed: ₽0.01");
  expect(noteOf(entry("withdraw", "customer"), dispute())).toBe("The dispute was withdrawn");
  expect(noteOf(entry("hand_over", "arbiter"), dispute())).toContain("another one will take it");
  expect(noteOf(entry("say", "customer"), dispute())).toBeNull();
});

test("a verdict stands out with its split and its reasons", () => {
  const text = log([
    entry("rule", "arbiter", { text: "Half was done", split: split(50_000, 50_000), phase: "decided" }),
  ]);
  expect(text).toContain("the verdict");
  expect(text).toContain("Back to you");
  expect(text).toContain("Half was done");
});

test("a split is shown in the words of its reader", () => {
  expect(shown(<SplitBar split={split(1_00, 2_00)} reader="performer" net="₽1.70" />)).toBe(
    "Back to the customer₽1.00To you₽2.00After commission: ₽1.70",
  );
  expect(shown(<SplitBar split={split(1_00, 2_00)} reader="staff" />)).toContain("To the customer₽1.00");
});

test("what sentences speak of: names, sums, and what is left after commission", () => {
  const facts = toldOf(dispute({ role: "performer", customer_name: "" }), split(40_000, 60_000), {
    unit: rub(100_000),
    bps: 1500,
  });
  expect(facts).toMatchObject({ other: "Customer", back: "₽400.00", part: "₽600.00", net: "₽510.00", held: true });
  expect(toldOf(dispute({ in_escrow: rub(0) })).held).toBe(false);
});

test("in a list: about what, with whom, whose turn it is and by when, and how much is new", () => {
  const text = shown(<Row dispute={dispute({ unread: 2 })} />);
  for (const said of ["A repertoire", "With Pavel", "Waiting for an answer", "The performer’s turn, until", "2 unread"])
    expect(text).toContain(said);
  expect(
    shown(<Row dispute={dispute({ phase: "withdrawn", ended_at: "2026-12-01T10:00:00.000Z", deadline: null })} />),
  ).not.toContain("turn");
});

test("loss is a share of what was to arrive", () => {
  expect(lostBps({ received_packets: 900, lost_packets: 100 })).toBe(1_000);
  expect(lostBps({ received_packets: 0, lost_packets: 0 })).toBe(0);
});

test("the end of a dispute over files says who keeps them, each side in its words", () => {
  const ends = { split: split(100_000, 0), keeps_goods: false };
  const customer = dispute({ kind: "files" });
  expect(noteOf(entry("agree", "performer", ends), customer)).toContain("You lose access to the files and links.");
  expect(noteOf(entry("agree", "performer", ends), { ...customer, role: "performer" })).toContain(
    "The customer loses access to the files and links.",
  );
  const keeps = { split: split(0, 100_000), keeps_goods: true };
  expect(noteOf(entry("lapse", "service", { ...keeps, phase: "decided" }), customer)).toContain(
    "You keep the files and links.",
  );
  expect(log([entry("rule", "arbiter", { ...keeps, text: "As told" })])).toContain("You keep the files and links.");
  expect(log([entry("rule", "arbiter", { split: split(0, 100_000), text: "As told" })])).not.toContain("files");
});
