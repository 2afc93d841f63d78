import { describe, expect, test } from "vitest";
import {
  heard,
  newSession,
  otherGone,
  ownMediaAwaited,
  type SessionState,
  shortMinor,
} from "../../src/session/state.ts";
import type { ServerFrame } from "../../src/socket/socket.ts";

const S = "order-1";
const T0 = 1_000_000;
const BLOCK = 900_000;
const of = { session_id: S };

const ringing: ServerFrame = { type: "call.ringing", ...of, until_ms: 60_000 };
const answered: ServerFrame = {
  type: "call.answered",
  ...of,
  mode: "video",
  until_ms: 300_000,
  here: true,
  ice_servers: [{ urls: "turn:example.org" }],
};
const pending: ServerFrame = { type: "session.pending", ...of, until_ms: 330_000 };
const started: ServerFrame = {
  type: "session.started",
  ...of,
  t0_ms: T0,
  paid_until_ms: T0 + BLOCK,
  voidable_until_ms: T0 + 60_000,
  amount_minor: 0,
  balance_minor: 50_000,
};
const charged = (block: number, balance: number): ServerFrame => ({
  type: "session.charged",
  ...of,
  block,
  amount_minor: -10_000,
  paid_until_ms: T0 + (block + 1) * BLOCK,
  balance_minor: balance,
});
const low = (block: number): ServerFrame => ({
  type: "session.low_balance",
  ...of,
  boundary_ms: T0 + block * BLOCK,
  missing_minor: 2_600,
});
const interrupted = (epoch: number, ...sides: Array<"customer" | "performer">): ServerFrame => ({
  type: "session.interrupted",
  ...of,
  sides,
  media_awaited: [],
  until_ms: 2_000_000,
  epoch,
});
const resumed = (epoch: number, facts: object = {}): ServerFrame => ({
  type: "session.resumed",
  ...of,
  side: "performer",
  state: "running",
  mode: "video",
  pending: false,
  t0_ms: T0,
  paid_until_ms: T0 + BLOCK,
  lost: [],
  media_awaited: [],
  epoch,
  ice_servers: [],
  ...facts,
});
const ended: ServerFrame = {
  type: "session.ended",
  ...of,
  reason: "customer_hangup",
  by: ["customer"],
  billed_blocks: 2,
  billed_minor: 20_000,
  returned_blocks: 0,
  returned_minor: 0,
  duration_ms: 1_000_000,
  ended_ms: T0 + 1_000_000,
};

const having = (...frames: ServerFrame[]): SessionState => frames.reduce(heard, newSession(S));
const live = (...frames: ServerFrame[]): SessionState => having(ringing, answered, pending, started, ...frames);

describe("the way to the clock", () => {
  test("a call rings, is answered, awaits the media, and then the clock runs", () => {
    expect(having(ringing)).toMatchObject({ stage: "ringing", untilMs: 60_000 });
    expect(having(ringing, answered)).toMatchObject({ stage: "answered", untilMs: 300_000, mode: "video" });
    expect(having(ringing, answered).iceServers).toEqual([{ urls: "turn:example.org" }]);
    expect(having(ringing, answered, pending)).toMatchObject({ stage: "pending", untilMs: 330_000 });
    expect(live()).toMatchObject({ stage: "live", untilMs: null, t0Ms: T0, paidUntilMs: T0 + BLOCK });
    expect(live().voidableUntilMs).toBe(T0 + 60_000);
  });

  test("nothing is charged, and no time is paid, before the clock", () => {
    expect(having(ringing, answered, pending)).toMatchObject({ t0Ms: null, paidUntilMs: null });
  });

  test.each([
    ["a late ringing", ringing, "answered", [ringing, answered]],
    ["a late answer", answered, "pending", [ringing, answered, pending]],
    ["a late start", pending, "live", [ringing, answered, pending, started]],
  ] as const)("%s takes the session back nowhere", (_, late, stage, frames) => {
    const before = having(...frames);
    const now = heard(before, late);
    expect(now.stage).toBe(stage);
    expect(now.untilMs).toBe(before.untilMs);
  });

  test("the clock may overtake everything before it", () => {
    const now = having(started, pending, answered, ringing);
    expect(now).toMatchObject({ stage: "live", untilMs: null, mode: "video", t0Ms: T0 });
  });

  test("another tab's answer does not make this one answer", () => {
    expect(having(ringing, { ...answered, here: false }).stage).toBe("ringing");
  });

  test("a call that was never answered ends with its reason, free", () => {
    const now = having(ringing, { type: "call.ended", ...of, reason: "declined" });
    expect(now.stage).toBe("ended");
    expect(now.ending).toMatchObject({ reason: "declined", billedMinor: 0, durationMs: 0 });
  });

  test("the end of the ringing cannot end a call that was answered", () => {
    expect(having(ringing, answered, { type: "call.ended", ...of, reason: "missed" }).stage).toBe("answered");
  });

  test("frames of another session change nothing", () => {
    const before = live();
    expect(heard(before, { ...ended, session_id: "another" } as ServerFrame)).toBe(before);
    expect(heard(before, { type: "pong", now_ms: 1 })).toBe(before);
    expect(heard(before, { type: "call.count", n: 2 })).toBe(before);
  });
});

describe("paid time", () => {
  test("every block reaches further, and the account is what the last one says", () => {
    const now = live(charged(1, 40_000), charged(2, 30_000));
    expect(now).toMatchObject({ paidUntilMs: T0 + 3 * BLOCK, balanceMinor: 30_000 });
  });

  test("a block told twice is one block", () => {
    expect(live(charged(1, 40_000), charged(1, 40_000))).toEqual(live(charged(1, 40_000)));
  });

  test("blocks that overtake each other leave the later time and the later account", () => {
    expect(live(charged(2, 30_000), charged(1, 40_000))).toMatchObject({
      paidUntilMs: T0 + 3 * BLOCK,
      balanceMinor: 30_000,
    });
  });

  test("a start that comes after the first block takes nothing back", () => {
    const now = having(answered, charged(1, 40_000), started);
    expect(now).toMatchObject({ stage: "live", t0Ms: T0, paidUntilMs: T0 + 2 * BLOCK, balanceMinor: 40_000 });
  });

  test("a settled prepaid block cannot become void any more", () => {
    expect(live(charged(0, 50_000)).voidableUntilMs).toBeNull();
  });

  test("a change of the account outside the session is known too", () => {
    expect(live({ type: "balance", available_minor: 77 }).balanceMinor).toBe(77);
  });
});

describe("a low balance (D17)", () => {
  test("the warning names the boundary and the missing sum, and a paid block clears it", () => {
    expect(live(low(1)).low).toEqual({ boundaryMs: T0 + BLOCK, missingMinor: 2_600 });
    expect(live(low(1), charged(1, 40_000)).low).toBeNull();
  });

  test("a block that was settled meanwhile does not clear it", () => {
    expect(live(low(1), charged(0, 50_000)).low).not.toBeNull();
  });

  test("a warning of a boundary that is behind is old", () => {
    expect(live(charged(1, 40_000), low(1)).low).toBeNull();
  });

  test("a customer who tops up is short no longer", () => {
    const customer: SessionState = { ...live(low(1)), side: "customer" };
    expect(shortMinor(customer, 10_000, 7_400)).toBe(2_600);
    expect(shortMinor(customer, 10_000, 9_000)).toBe(1_000);
    expect(shortMinor(customer, 10_000, 10_000)).toBeNull();
    expect(shortMinor(customer, 10_000, null)).toBe(2_600);
  });

  test("a performer goes by the warning: the account is not theirs", () => {
    expect(shortMinor({ ...live(low(1)), side: "performer" }, 10_000, 999_999)).toBe(2_600);
  });

  test("nobody is short without a warning", () => {
    expect(shortMinor({ ...live(), side: "customer" }, 10_000, 0)).toBeNull();
  });

  test("near the boundary the customer's page knows by itself, for the warning went to the tab before", () => {
    const state: SessionState = { ...live(), side: "customer", paidUntilMs: 900_000 };
    expect(shortMinor(state, 10_000, 7_400, 900_000)).toBeNull();
    expect(shortMinor(state, 10_000, 7_400, 900_001)).toBe(2_600);
    expect(shortMinor(state, 10_000, 10_000, 900_001)).toBeNull();
    expect(shortMinor(state, 10_000, null, 900_001)).toBeNull();
    expect(shortMinor({ ...state, side: "performer" }, 10_000, 7_400, 900_001)).toBeNull();
    expect(shortMinor({ ...state, stage: "ended" }, 10_000, 7_400, 900_001)).toBeNull();
  });
});

describe("loss and return (D18)", () => {
  test("a side is lost, and comes back", () => {
    expect(live(interrupted(1, "performer"))).toMatchObject({ lost: ["performer"], lostUntilMs: 2_000_000 });
    expect(live(interrupted(1, "performer"), resumed(2))).toMatchObject({ lost: [], lostUntilMs: null, epoch: 2 });
  });

  test("a return that overtakes its loss holds", () => {
    expect(live(resumed(2), interrupted(1, "performer"))).toMatchObject({ lost: [], epoch: 2 });
  });

  test("a loss told twice is one loss, also after the return", () => {
    const loss = interrupted(1, "performer");
    expect(live(loss, loss)).toEqual(live(loss));
    expect(live(loss, resumed(2), loss).lost).toEqual([]);
  });

  test("a second loss after a return is a new one", () => {
    expect(live(interrupted(1, "performer"), resumed(2), interrupted(3, "customer")).lost).toEqual(["customer"]);
  });

  test("whose media is awaited is there, and whose page is lost is gone", () => {
    const back = { re: "7", side: "customer" };
    const silent = { ...interrupted(2, "performer"), media_awaited: ["performer"] } as ServerFrame;
    expect(otherGone(live(resumed(1, back), interrupted(2, "performer")))).toBe(true);
    expect(otherGone(live(resumed(1, back), silent))).toBe(false);
    expect(otherGone(live(resumed(1, back), interrupted(2, "customer")))).toBe(false);
    const own = live(resumed(1, { ...back, lost: ["customer"], media_awaited: ["customer"] }));
    expect(ownMediaAwaited(own)).toBe(true);
    expect(ownMediaAwaited(heard(own, resumed(2)))).toBe(false);
    expect(ownMediaAwaited(live(resumed(1, back), silent))).toBe(false);
  });

  test("whoever comes back before the clock finds whether it has been started, and until when it is waited for", () => {
    const early = (facts: object) => having(resumed(0, { re: "7", state: "answered", t0_ms: undefined, ...facts }));
    expect(early({ until_ms: 300_000 })).toMatchObject({ stage: "answered", untilMs: 300_000, t0Ms: null });
    expect(early({ until_ms: 330_000, pending: true })).toMatchObject({ stage: "pending", untilMs: 330_000 });
  });

  test("the answer to a report brings no servers, and takes none away", () => {
    expect(having(answered, resumed(1, { re: "9", side: "customer" })).iceServers).toEqual([
      { urls: "turn:example.org" },
    ]);
  });

  test("of two lost sides one returns, and the other is still waited for", () => {
    const now = live(
      interrupted(1, "performer"),
      interrupted(2, "performer", "customer"),
      resumed(3, { lost: ["customer"] }),
    );
    expect(now).toMatchObject({ lost: ["customer"], lostUntilMs: 2_000_000 });
  });

  test("the other side's return does not say whose page this is; the answer to one's own does", () => {
    expect(having(resumed(1)).side).toBeNull();
    expect(having(resumed(1, { re: "7", side: "customer" })).side).toBe("customer");
  });

  test("a page that opens anew learns where the session stands", () => {
    const now = having(resumed(1, { re: "7", side: "customer", ice_servers: [{ urls: "stun:x" }] }));
    expect(now).toMatchObject({ stage: "live", t0Ms: T0, paidUntilMs: T0 + BLOCK, mode: "video", untilMs: null });
    expect(now.iceServers).toEqual([{ urls: "stun:x" }]);
  });

  test("a page that comes back before the clock waits on, and its deadline stays", () => {
    const back = resumed(0, {
      re: "7",
      side: "customer",
      state: "answered",
      t0_ms: undefined,
      paid_until_ms: undefined,
    });
    expect(having(back)).toMatchObject({ stage: "answered", t0Ms: null, untilMs: null });
    expect(having(answered, back)).toMatchObject({ stage: "answered", untilMs: 300_000 });
    expect(having(answered, pending, back)).toMatchObject({ stage: "pending", untilMs: 330_000 });
  });

  test("a session that is being cut still runs on the page", () => {
    expect(having(resumed(1, { state: "closing" })).stage).toBe("live");
  });

  test("another tab takes over, and this one takes it back", () => {
    const moved = live({ type: "session.moved", ...of });
    expect(moved.elsewhere).toBe(true);
    expect(heard(moved, resumed(1)).elsewhere).toBe(true);
    expect(heard(moved, resumed(1, { re: "8", side: "customer" })).elsewhere).toBe(false);
  });

  test("an old resume keeps the newer truth about who is lost", () => {
    const now = live(interrupted(5, "performer"), resumed(4, { paid_until_ms: T0 + 2 * BLOCK }));
    expect(now).toMatchObject({ lost: ["performer"], epoch: 5, paidUntilMs: T0 + 2 * BLOCK, lostUntilMs: 2_000_000 });
  });
});

describe("the end", () => {
  test("has a summary, and ends every worry", () => {
    const now = live(low(1), interrupted(1, "customer"), ended);
    expect(now).toMatchObject({ stage: "ended", lost: [], low: null });
    expect(now.ending).toEqual({
      reason: "customer_hangup",
      by: ["customer"],
      billedBlocks: 2,
      billedMinor: 20_000,
      returnedBlocks: 0,
      returnedMinor: 0,
      durationMs: 1_000_000,
      unpaidLeft: null,
    });
  });

  test("through our own outage gives the last block back, which is not among those that were billed", () => {
    const back = { returned_blocks: 1, returned_minor: 10_000 };
    const billed = { billed_blocks: 1, billed_minor: 10_000 };
    const now = live({ ...ended, ...billed, ...back, reason: "service_outage", by: [] } as ServerFrame);
    expect(now.ending).toMatchObject({
      billedBlocks: 1,
      billedMinor: 10_000,
      returnedBlocks: 1,
      returnedMinor: 10_000,
    });
  });

  test("says how many more sessions of the two may stay unpaid", () => {
    const free: ServerFrame = { ...ended, billed_blocks: 0, billed_minor: 0, unpaid_left: 1 };
    expect(having(ringing, answered, free).ending).toMatchObject({ billedMinor: 0, unpaidLeft: 1 });
  });

  test("is final: whatever comes late changes nothing", () => {
    const over = live(ended);
    for (const late of [started, charged(3, 1), interrupted(9, "performer"), resumed(9), ended, ringing]) {
      expect(heard(over, late)).toBe(over);
    }
    expect(heard(over, { ...ended, reason: "connection_lost" } as ServerFrame)).toBe(over);
    expect(heard(over, { type: "balance", available_minor: 1 })).toBe(over);
  });

  test("of a session in another tab is told here too", () => {
    expect(live({ type: "session.moved", ...of }, ended)).toMatchObject({ stage: "ended", elsewhere: false });
  });
});
