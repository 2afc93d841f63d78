import { describe, expect, it } from "vitest";
import type { Message, Mutes } from "../../src/media/messages.ts";
import { Negotiation } from "../../src/media/negotiation.ts";

const MUTES: Mutes = { audio: true, video: true, screen: false };
let links = 0;
const fresh = () => `link${String(++links).padStart(8, "0")}`;
const hello = (from: string, to: string | null): Message => ({ kind: "hello", from, to });
const described = (type: "offer" | "answer", from: string, to: string, turn = 1): Message => ({
  kind: "description",
  type,
  from,
  to,
  turn,
  sdp: "",
  mutes: MUTES,
});
const candidates = (from: string, to: string): Message => ({ kind: "candidates", from, to, list: [] });

function linked(polite: boolean): { negotiation: Negotiation; far: string } {
  const negotiation = new Negotiation(polite, fresh);
  const far = fresh();
  negotiation.link(far);
  return { negotiation, far };
}

describe("the one who builds", () => {
  it("builds for whoever says hello, and again for a page that was reloaded or asks for it", () => {
    const negotiation = new Negotiation(false, fresh);
    const far = fresh();
    expect(negotiation.judge(hello(far, null), undefined, false)).toBe("build");
    negotiation.link(far);
    expect(negotiation.judge(hello(far, negotiation.me), "stable", true)).toBe("drop");
    expect(negotiation.judge(hello(far, null), "stable", true)).toBe("build");
    expect(negotiation.judge(hello(fresh(), null), "stable", true)).toBe("build");
  });

  it("takes a link of its own for every connection, so that words for the old one are dropped", () => {
    const { negotiation, far } = linked(false);
    const old = negotiation.me;
    negotiation.link(far);
    expect(negotiation.me).not.toBe(old);
    expect(negotiation.judge(candidates(far, old), "stable", true)).toBe("drop");
    expect(negotiation.judge(candidates(far, negotiation.me), "stable", true)).toBe("add");
  });

  it("passes over an offer that crosses its own, and its candidates", () => {
    const { negotiation, far } = linked(false);
    expect(negotiation.judge(described("offer", far, negotiation.me), "have-local-offer", true)).toBe("drop");
    expect(negotiation.judge(candidates(far, negotiation.me), "have-local-offer", true)).toBe("drop");
    expect(negotiation.judge(described("offer", far, negotiation.me), "stable", true)).toBe("answer");
    expect(negotiation.judge(candidates(far, negotiation.me), "stable", true)).toBe("add");
  });

  it("answers no stranger's offer", () => {
    const { negotiation } = linked(false);
    expect(negotiation.judge(described("offer", fresh(), negotiation.me), "stable", true)).toBe("drop");
  });
});

describe("the polite one", () => {
  it("greets back whoever does not know it", () => {
    const negotiation = new Negotiation(true, fresh);
    const far = fresh();
    expect(negotiation.judge(hello(far, null), undefined, false)).toBe("greet");
    expect(negotiation.judge(hello(far, negotiation.me), undefined, false)).toBe("drop");
  });

  it("answers an offer of a new link with a new connection, and holds candidates that came before it", () => {
    const { negotiation } = linked(true);
    const anew = fresh();
    expect(negotiation.judge(candidates(anew, negotiation.me), "stable", true)).toBe("hold");
    expect(negotiation.judge(described("offer", anew, negotiation.me), "stable", true)).toBe("answer-anew");
    negotiation.link(anew);
    expect(negotiation.judge(candidates(anew, negotiation.me), "stable", false)).toBe("hold");
  });

  it("never goes back to a link that is gone", () => {
    const { negotiation, far } = linked(true);
    negotiation.link(fresh());
    expect(negotiation.judge(described("offer", far, negotiation.me), "stable", true)).toBe("drop");
    expect(negotiation.judge(hello(far, null), "stable", true)).toBe("drop");
  });

  it("takes its own offer back when two cross", () => {
    const { negotiation, far } = linked(true);
    expect(negotiation.judge(described("offer", far, negotiation.me), "have-local-offer", true)).toBe("answer");
  });
});

it("an answer settles the offer that it answers, and no other", () => {
  const { negotiation, far } = linked(false);
  negotiation.turn = 2;
  expect(negotiation.judge(described("answer", far, negotiation.me, 1), "have-local-offer", false)).toBe("drop");
  expect(negotiation.judge(described("answer", far, negotiation.me, 2), "have-local-offer", false)).toBe("settle");
  expect(negotiation.judge(described("answer", far, negotiation.me, 2), "stable", true)).toBe("drop");
});

it("what is said to others, to nobody, or by oneself is dropped", () => {
  const { negotiation, far } = linked(true);
  expect(negotiation.judge(candidates(far, fresh()), "stable", true)).toBe("drop");
  expect(negotiation.judge({ kind: "muted", from: far, to: null, mutes: MUTES }, "stable", true)).toBe("drop");
  expect(negotiation.judge(hello(negotiation.me, null), "stable", true)).toBe("drop");
  expect(negotiation.judge({ kind: "muted", from: far, to: negotiation.me, mutes: MUTES }, "stable", true)).toBe(
    "note",
  );
});

/** A page with a connection that has no network: only what negotiation needs of it. */
class Page {
  readonly negotiation: Negotiation;
  state: RTCSignalingState | undefined;
  described = false;
  agreed: string | null = null;
  readonly out: Message[] = [];

  constructor(polite: boolean) {
    this.negotiation = new Negotiation(polite, fresh);
    this.out.push(hello(this.negotiation.me, null));
  }

  offer(): void {
    if (this.state === undefined || this.negotiation.remote === null) return;
    this.state = "have-local-offer";
    this.say("offer", ++this.negotiation.turn);
  }

  hear(message: Message): void {
    const verdict = this.negotiation.judge(message, this.state, this.described);
    const turn = message.kind === "description" ? message.turn : 0;
    if (verdict === "greet") this.out.push(hello(this.negotiation.me, message.from));
    if (verdict === "build" || verdict === "answer-anew") {
      this.negotiation.link(message.from);
      this.state = "stable";
      this.described = false;
      this.agreed = null;
    }
    if (verdict === "build") this.offer();
    if (verdict === "answer" || verdict === "answer-anew") {
      this.state = "stable";
      this.described = true;
      this.agreed = `${message.from}:${turn}`;
      this.say("answer", turn);
    }
    if (verdict === "settle") {
      this.state = "stable";
      this.described = true;
      this.agreed = `${this.negotiation.me}:${turn}`;
    }
  }

  private say(type: "offer" | "answer", turn: number): void {
    if (this.negotiation.remote !== null)
      this.out.push(described(type, this.negotiation.me, this.negotiation.remote, turn));
  }
}

describe("two pages, however their words and offers cross", () => {
  it("end up agreed on the same offer", () => {
    for (let seed = 1; seed <= 500; seed++) {
      let state = seed;
      const chance = (n: number) => {
        state = (state * 48_271) % 2_147_483_647;
        return state % n;
      };
      let pages = [new Page(true), new Page(false)] as const;
      for (let step = 0; step < 60; step++) {
        const one = chance(2) as 0 | 1;
        const page = pages[one];
        const other = pages[1 - one] as Page;
        const roll = chance(12);
        if (roll === 0) page.offer();
        else if (roll === 1 && step < 30) pages = one === 0 ? [new Page(true), other] : [other, new Page(false)];
        else {
          const word = page.out.shift();
          if (word) other.hear(word);
        }
      }
      const [polite, builder] = pages;
      const quiet = () => {
        for (let n = 0; n < 100 && (polite.out.length > 0 || builder.out.length > 0); n++) {
          const word = polite.out.shift();
          if (word) builder.hear(word);
          const answer = builder.out.shift();
          if (answer) polite.hear(answer);
        }
      };
      quiet();
      // What the repair does for a page that was never met, or whose offer was lost with a page that is gone.
      if (polite.negotiation.remote !== builder.negotiation.me) polite.out.push(hello(polite.negotiation.me, null));
      quiet();
      if (builder.state !== "stable") builder.offer();
      quiet();
      expect([polite.state, builder.state], `seed ${seed}`).toEqual(["stable", "stable"]);
      expect(polite.agreed, `seed ${seed}`).toBe(builder.agreed);
      expect([polite.negotiation.remote, builder.negotiation.remote]).toEqual([
        builder.negotiation.me,
        polite.negotiation.me,
      ]);
    }
  });
});
