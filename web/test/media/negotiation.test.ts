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

function linked(polite: boolean): { talk: Negotiation; far: string } {
  const talk = new Negotiation(polite, fresh);
  const far = fresh();
  talk.link(far);
  return { talk, far };
}

describe("the one who builds", () => {
  it("builds for whoever says hello, and again for a page that was reloaded or asks for it", () => {
    const talk = new Negotiation(false, fresh);
    const far = fresh();
    expect(talk.judge(hello(far, null), undefined, false)).toBe("build");
    talk.link(far);
    expect(talk.judge(hello(far, talk.me), "stable", true)).toBe("drop");
    expect(talk.judge(hello(far, null), "stable", true)).toBe("build");
    expect(talk.judge(hello(fresh(), null), "stable", true)).toBe("build");
  });

  it("takes a link of its own for every connection, so that words for the old one are dropped", () => {
    const { talk, far } = linked(false);
    const old = talk.me;
    talk.link(far);
    expect(talk.me).not.toBe(old);
    expect(talk.judge(candidates(far, old), "stable", true)).toBe("drop");
    expect(talk.judge(candidates(far, talk.me), "stable", true)).toBe("add");
  });

  it("passes over an offer that crosses its own, and its candidates", () => {
    const { talk, far } = linked(false);
    expect(talk.judge(described("offer", far, talk.me), "have-local-offer", true)).toBe("drop");
    expect(talk.judge(candidates(far, talk.me), "have-local-offer", true)).toBe("drop");
    expect(talk.judge(described("offer", far, talk.me), "stable", true)).toBe("answer");
    expect(talk.judge(candidates(far, talk.me), "stable", true)).toBe("add");
  });

  it("answers no stranger's offer", () => {
    const { talk } = linked(false);
    expect(talk.judge(described("offer", fresh(), talk.me), "stable", true)).toBe("drop");
  });
});

describe("the polite one", () => {
  it("greets back whoever does not know it", () => {
    const talk = new Negotiation(true, fresh);
    const far = fresh();
    expect(talk.judge(hello(far, null), undefined, false)).toBe("greet");
    expect(talk.judge(hello(far, talk.me), undefined, false)).toBe("drop");
  });

  it("answers an offer of a new link with a new connection, and holds candidates that came before it", () => {
    const { talk } = linked(true);
    const anew = fresh();
    expect(talk.judge(candidates(anew, talk.me), "stable", true)).toBe("hold");
    expect(talk.judge(described("offer", anew, talk.me), "stable", true)).toBe("answer-anew");
    talk.link(anew);
    expect(talk.judge(candidates(anew, talk.me), "stable", false)).toBe("hold");
  });

  it("never goes back to a link that is gone", () => {
    const { talk, far } = linked(true);
    talk.link(fresh());
    expect(talk.judge(described("offer", far, talk.me), "stable", true)).toBe("drop");
    expect(talk.judge(hello(far, null), "stable", true)).toBe("drop");
  });

  it("takes its own offer back when two cross", () => {
    const { talk, far } = linked(true);
    expect(talk.judge(described("offer", far, talk.me), "have-local-offer", true)).toBe("answer");
  });
});

it("an answer settles the offer that it answers, and no other", () => {
  const { talk, far } = linked(false);
  talk.turn = 2;
  expect(talk.judge(described("answer", far, talk.me, 1), "have-local-offer", false)).toBe("drop");
  expect(talk.judge(described("answer", far, talk.me, 2), "have-local-offer", false)).toBe("settle");
  expect(talk.judge(described("answer", far, talk.me, 2), "stable", true)).toBe("drop");
});

it("what is said to others, to nobody, or by oneself is dropped", () => {
  const { talk, far } = linked(true);
  expect(talk.judge(candidates(far, fresh()), "stable", true)).toBe("drop");
  expect(talk.judge({ kind: "muted", from: far, to: null, mutes: MUTES }, "stable", true)).toBe("drop");
  expect(talk.judge(hello(talk.me, null), "stable", true)).toBe("drop");
  expect(talk.judge({ kind: "muted", from: far, to: talk.me, mutes: MUTES }, "stable", true)).toBe("note");
});

/** A page with a connection that has no network: only what negotiation needs of it. */
class Page {
  readonly talk: Negotiation;
  state: RTCSignalingState | undefined;
  described = false;
  agreed: string | null = null;
  readonly out: Message[] = [];

  constructor(polite: boolean) {
    this.talk = new Negotiation(polite, fresh);
    this.out.push(hello(this.talk.me, null));
  }

  offer(): void {
    if (this.state === undefined || this.talk.remote === null) return;
    this.state = "have-local-offer";
    this.say("offer", ++this.talk.turn);
  }

  hear(message: Message): void {
    const verdict = this.talk.judge(message, this.state, this.described);
    const turn = message.kind === "description" ? message.turn : 0;
    if (verdict === "greet") this.out.push(hello(this.talk.me, message.from));
    if (verdict === "build" || verdict === "answer-anew") {
      this.talk.link(message.from);
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
      this.agreed = `${this.talk.me}:${turn}`;
    }
  }

  private say(type: "offer" | "answer", turn: number): void {
    if (this.talk.remote !== null) this.out.push(described(type, this.talk.me, this.talk.remote, turn));
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
      if (polite.talk.remote !== builder.talk.me) polite.out.push(hello(polite.talk.me, null));
      quiet();
      if (builder.state !== "stable") builder.offer();
      quiet();
      expect([polite.state, builder.state], `seed ${seed}`).toEqual(["stable", "stable"]);
      expect(polite.agreed, `seed ${seed}`).toBe(builder.agreed);
      expect([polite.talk.remote, builder.talk.remote]).toEqual([builder.talk.me, polite.talk.me]);
    }
  });
});
