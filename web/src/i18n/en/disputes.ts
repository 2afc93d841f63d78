import type { Schemas } from "../../api/client.ts";
import type { PhaseStep, Side } from "../../disputes/dispute-rules.ts";

type Phase = Schemas["Phase"];

/** What the sentences about a dispute speak of. */
export interface DisputeTold {
  customer: string;
  performer: string;
  /** The other side, for a side. */
  other: string;
  /** Empty while none has it. */
  arbiter: string;
  sum: string;
  /** When the phase's term is over. */
  due: string;
  /** When the offer lapses. */
  until: string;
  /** Of the offer, or of the outcome: the customer's part, the performer's, and that after commission. */
  back: string;
  part: string;
  net: string;
  /** Of what the performer was paid: what leaves their account. The rest of the customer's part comes of the commission. */
  taken: string;
  /** Who has all of it. */
  whole: Side | null;
  /** Whether it is the administrator's to decide, no arbiter's any more. */
  admin: boolean;
  /** Whether the money lies in escrow; else the performer was paid. */
  held: boolean;
}
type Say = (told: DisputeTold) => string;
type ForEach = Record<Side, Say>;

export const disputes = {
  title: "Disputes and complaints",
  which: "Which disputes",
  about: { customer: "About my orders", performer: "About my sales" } satisfies Record<Side, string>,
  empty: {
    title: "No disputes",
    text: {
      customer: "If an order goes wrong, open a dispute on its page.",
      performer: "If a sale goes wrong, open a dispute on its page.",
    } satisfies Record<Side, string>,
    way: { customer: "My orders", performer: "My sales" } satisfies Record<Side, string>,
  },
  opened: (when: string) => `Opened ${when}`,
  with: (name: string) => `With ${name}`,
  unread: (count: string) => `${count} unread`,
  phases: {
    answer: "Waiting for an answer",
    arbitration: "With an arbiter",
    escalated: "With all arbiters",
    admin: "With the administrator",
    decided: "Decided",
    withdrawn: "Withdrawn",
    settled: "Settled",
  } satisfies Record<Phase, string>,
  steps: {
    opened: "Opened",
    answer: "Answer",
    arbitration: "Arbitration",
    escalated: "All arbiters",
    admin: "Administrator",
    verdict: "Verdict",
    decided: "Decided",
    withdrawn: "Withdrawn",
    settled: "Settled",
  } satisfies Record<PhaseStep["name"], string>,
  step: {
    until: (due: string) => `until ${due}`,
    by: { customer: "the customer", performer: "the performer" } satisfies Record<Side, string>,
    you: "you",
    none: "there was none",
    splits: "splits the sum",
  },
  gone: { title: "There is no such dispute", text: "It may belong to another account.", way: "My disputes" },
  heading: (title: string) => `Dispute: ${title}`,
  order: "Open the order",
  sides: { customer: "Customer", performer: "Performer" } satisfies Record<Side, string>,
  youAnd: (name: string) => `You and ${name}`,
  arbiterIs: (name: string) => `Arbiter ${name}`,
  bar: {
    state: "How the dispute stands",
    amount: "Amount in dispute",
    held: "held by Twip",
    paid: "paid to the performer",
    left: {
      answer: "For the answer",
      arbitration: "Until the verdict",
      escalated: "Until the verdict",
      admin: "Until the verdict",
    },
    latest: "at the latest",
    lapsed: "the term is over",
  },
  whose: {
    mine: "Your turn",
    customer: "The customer’s turn",
    performer: "The performer’s turn",
    arbiter: "The arbiter’s turn",
    arbiters: "The arbiters’ turn",
    admin: "The administrator’s turn",
  },
  waits: {
    answer: {
      title: ({ due }) => `Answer by ${due}`,
      text: () =>
        "The arbiter reads your answer and your files. Say nothing, and the dispute goes to an arbiter without them.",
    },
    question: {
      title: ({ admin }) => `${admin ? "The administrator" : "The arbiter"} has asked you something`,
      text: ({ due }) => `Answer before the verdict, due by ${due}. Without an answer it rests on what there is.`,
    },
    proposal: {
      title: ({ other, back, part }) => `${other} offers a split: ${back} to the customer, ${part} to the performer`,
      text: ({ until }) => `Agree, and the dispute is over at once. Say nothing until ${until}, and the offer lapses.`,
    },
  } satisfies Record<string, { title: Say; text: Say }>,
  go: {
    answer: "Answer",
    question: "Answer the question",
    proposal: "Look at the offer",
  } satisfies Record<string, string>,
  others: {
    side: {
      title: ({ other, due }) => `${other} is to answer by ${due}`,
      text: () =>
        "After that an arbiter decides, with the answer or without it. Meanwhile you can write, or offer a split.",
    },
    asked: {
      title: ({ other, admin }) => `${other} is to answer the ${admin ? "administrator" : "arbiter"}`,
      text: ({ due }) => `The verdict is due by ${due}. You can write too, or offer a split.`,
    },
    arbiter: {
      title: ({ arbiter, due }) => `${arbiter || "An arbiter"} decides by ${due}`,
      text: () => "Write what matters, attach files, or offer a split.",
    },
    arbiters: {
      title: ({ due }) => `Any of the arbiters decides by ${due}`,
      text: () => "The first term passed without a verdict, so all of them were told.",
    },
    admin: {
      title: ({ due }) => `The administrator decides by ${due}`,
      text: () =>
        "If nobody does, what was delivered or had goes to the performer, and all else returns to the customer.",
    },
  } satisfies Record<string, { title: Say; text: Say }>,
  ends: {
    verdict: "Arbitration has decided",
    default: "Nobody decided in time, so the rules did",
    agreement: "The two sides have agreed on a split",
    withdrawn: "The dispute was withdrawn",
  },
  reasons: "The reasons",
  byRules: "What was delivered or had goes to the performer, and all else returns to the customer.",
  /** What it did to the reader's money. */
  result: {
    done: {
      customer: ({ whole, back, part }) =>
        whole === "customer"
          ? `All of it, ${back}, is back in your account.`
          : whole === "performer"
            ? `All of it, ${part}, went to the performer.`
            : `${back} is back in your account, ${part} went to the performer.`,
      performer: ({ held, whole, net, taken, back }) => {
        const returned = held
          ? `${back} returned to the customer`
          : `${back} returned to the customer: ${taken} from your account, the rest from the commission`;
        if (whole === "customer") return `${returned}. Nothing of it is yours.`;
        const kept = held ? `${net} came to your account after commission` : `You keep ${net} after commission`;
        return whole === "performer" ? `${kept}. Nothing returned to the customer.` : `${kept}. ${returned}.`;
      },
    } as ForEach,
    debt: "What your account lacked is a debt: later earnings settle it first.",
    withdrawn: {
      customer: ({ held }) =>
        held ? "No money has moved: the order went on where it stood." : "No money has moved: the performer keeps it.",
      performer: ({ held }) =>
        held ? "No money has moved: the order went on where it stood." : "No money has moved: you keep it.",
    } as ForEach,
  },
  split: {
    name: "Name the two sums",
    customer: { customer: "Back to you", performer: "To the performer" } satisfies Record<Side, string>,
    performer: { customer: "Back to the customer", performer: "To you" } satisfies Record<Side, string>,
    staff: { customer: "To the customer", performer: "To the performer" } satisfies Record<Side, string>,
    said: (back: string, part: string) => `${back} to the customer, ${part} to the performer`,
    together: (sum: string) => `Together ${sum}. The other field fills itself.`,
    fault: "Two sums that make the whole",
    net: (net: string) => `After commission: ${net}`,
  },
  offer: {
    theirs: ({ other }: DisputeTold) => `${other} offers a split`,
    own: "Your offer stands",
    stands: ({ until }: DisputeTold) => `Until ${until}`,
    make: "Offer a split",
    instead: "Make another offer",
    hint: ({ other }: DisputeTold) => `Nothing moves until ${other} agrees. If they say nothing, the offer lapses.`,
    label: {
      customer: ({ back }) => `Offer: ${back} back to you`,
      performer: ({ back }) => `Offer: ${back} back to the customer`,
    } as ForEach,
    empty: "Offer this split",
    text: "A few words, if you like",
    done: "Offered.",
  },
  agree: {
    label: {
      customer: ({ back }) => `Accept: ${back} back`,
      performer: ({ held, net, back }) => (held ? `Accept: ${net} to you` : `Accept: give ${back} back`),
    } as ForEach,
    costs: {
      customer: () => "The dispute is over at once, and the money comes to your account.",
      performer: ({ held, back, taken }) =>
        held
          ? "The dispute is over at once, and the money comes to your account, less commission."
          : `The dispute is over at once. The customer gets ${back}: ${taken} from your account, the rest from the commission.`,
    } as ForEach,
    title: "Accept the split?",
    final: "It cannot be undone, and this cannot be disputed again.",
    done: "Agreed. The dispute is over.",
  },
  decline: {
    theirs: "Decline",
    own: "Take the offer back",
    costs: "Nothing moves, the dispute goes on.",
    done: { theirs: "Declined.", own: "Your offer is off." },
  },
  withdraw: {
    label: "Withdraw the dispute",
    costs: {
      customer: ({ held, sum }) =>
        held ? "The order goes on where it stood." : `All ${sum} stays with the performer.`,
      performer: ({ held, sum }) => (held ? "The order goes on where it stood." : `All ${sum} stays with you.`),
    } as ForEach,
    title: "Withdraw the dispute?",
    held: ({ sum }: DisputeTold) =>
      `${sum} stays held, and what was left of the order’s term runs on. While the work is not over you can open a dispute again, three times in all.`,
    paid: {
      customer: ({ sum }) =>
        `${sum} stays with the performer. Until the time for a dispute is over you can open one again, three times in all.`,
      performer: ({ sum }) =>
        `${sum} stays with you. Until the time for a dispute is over you can open one again, three times in all.`,
    } as ForEach,
    go: "Withdraw",
    done: "Withdrawn.",
  },
  moved: {
    title: "What you did was not carried out: the dispute has moved on meanwhile.",
    now: "Below is how it stands now.",
  },
  stay: "Not now",
  money: {
    title: "Where the money is",
    held: { customer: "Held by Twip until the dispute ends.", performer: "Held by Twip until the dispute ends." },
    paid: {
      customer:
        "The performer has been paid. What is awarded to you is taken from their account and comes to yours, even if it leaves them in debt.",
      performer:
        "You have been paid. What is awarded to the customer is taken from your account, and the commission on it is given back. What is missing becomes a debt that later earnings settle first.",
    } satisfies Record<Side, string>,
    rests: {
      work: "The order stands still: nobody can deliver, accept or cancel. What was left of its term runs on afterwards.",
      consultation: "Calls on this order are closed until the dispute ends.",
      files: "Files and links stay open to the customer until the dispute ends.",
    } satisfies Record<Schemas["TwipKind"], string>,
  },
  thread: {
    title: "Thread",
    seen: ({ other }: DisputeTold) => `Seen by you, ${other} and whoever decides`,
    none: "Nothing has been written yet.",
    earlier: "Earlier",
    you: "You",
    staff: {
      arbiter: (name: string) => (name ? `Arbiter ${name}` : "Arbiter"),
      admin: "Administrator",
      service: "Twip",
    },
    head: {
      open: { you: "You opened the dispute", other: (name: string) => `${name} opened the dispute` },
      answer: { you: "Your answer", other: (name: string) => `${name} answers` },
      offer: { you: "You, with the offer", other: (name: string) => `${name}, with the offer` },
    },
    asks: {
      you: (who: string) => `${who} asks you`,
      one: (who: string, side: Side) => `${who} asks the ${side}`,
      both: (who: string) => `${who} asks both sides`,
    },
    verdict: (who: string) => `${who}: the verdict`,
    answered: "Passed to an arbiter",
    assign: (name: string) => (name ? `Taken by the arbiter ${name}` : "Taken by an arbiter"),
    handOver: "The arbiter gave it back: another one will take it",
    propose: {
      you: (split: string) => `You offered: ${split}`,
      customer: (split: string) => `The customer offered: ${split}`,
      performer: (split: string) => `The performer offered: ${split}`,
    },
    decline: "The offer is off",
    agree: (split: string) => `Agreed: ${split}`,
    withdraw: "The dispute was withdrawn",
    lapse: {
      arbitration: "No answer in time: passed to an arbiter",
      escalated: "No verdict in time: passed to all arbiters",
      admin: "No verdict in time: passed to the administrator",
      decided: (split: string) => `Nobody decided in time, so the rules did: ${split}`,
    },
    closed: "The dispute is over: nothing more can be written here.",
    answerLabel: "Your answer",
    messageLabel: "Message",
    toQuestion: "Your answer to the question",
    filesLeft: (left: string) => `Up to 5 files a message, 20\u00a0MB each; ${left} more from your side.`,
    noFiles: "Your side has sent its 10 files.",
    send: "Send",
    sendAnswer: "Send the answer",
    answerQuestion: "Answer the question",
    answerDone: "Sent. The dispute is with the arbiters now.",
  },
  evidence: {
    title: { session: "What was recorded of the session", work: "What happened in the order", files: "What was sold" },
    intro: {
      video:
        "Reports of both browsers. A block is 15 paid minutes, a mark is one minute. The talk itself is not recorded.",
      text: "A block is 15 paid minutes.",
      work: "Deliveries, returns and other acts, with their files.",
      files: "As it was bought, with how often the customer was given a link to each file.",
      written: "What the two sides wrote, and what was done.",
    },
    none: "No block of it was paid for.",
    noneWork: "Nothing has happened yet.",
    legend: { flowed: "sound or picture", silent: "nothing", unknown: "no report", off: "no talk" },
    block: (n: number) => `Block ${n}`,
    received: { customer: "Reached you", performer: "Reached the customer", staff: "Reached the customer" },
    sent: { customer: "Sent by the performer", performer: "Sent by you", staff: "Sent by the performer" },
    of: (flowed: number, all: number) => `${flowed} of ${all}`,
    unknownToo: (count: number) => `no report of ${count}`,
    why: {
      prepaid: "Paid with the order.",
      started: "Earned when the clock started.",
      boundary: "Charged when the block before it was over and both sides had been heard from.",
    } satisfies Record<Schemas["Why"], string>,
    heard: (side: string, time: string) => `${side}: last report before it at ${time}.`,
    notHeard: (side: string) => `${side}: no report before it.`,
    wrote: (customer: string, performer: string) => `Messages: customer ${customer}, performer ${performer}.`,
    had: "counts as had",
    notHad: "counts as not had",
    started: (time: string) => `The clock started ${time}.`,
    ended: (time: string) => `The session ended ${time}.`,
    transcript: "What was written in the session",
    report: "Full connection report",
    reportHead: ["Time", "Side", "Received", "Sent", "Lost", "Delay"],
    ms: (count: string) => `${count}\u00a0ms`,
    reportNone: "No browser has reported anything.",
    transcriptNone: "Nothing was written.",
    gone: "It is not kept any more: 180 days after the order’s end it is erased.",
    correspondence: "Other messages are on the order’s page.",
  },
  open: {
    label: "Open a dispute",
    none: "Something went wrong?",
    session: "Dispute this session",
    until: (when: string) => `until ${when}`,
    title: {
      work: "Open a dispute over this work",
      session: "Open a dispute over this session",
      files: "Open a dispute over these files",
    },
    goods: "The verdict also says whether the customer keeps the files.",
    held: (sum: string) => `${sum} stays held by Twip, and the terms of the order stand still.`,
    paid: {
      customer: (sum: string) => `It is about ${sum}, which the performer has been paid.`,
      performer: (sum: string) => `It is about ${sum}, which you have been paid.`,
    } satisfies Record<Side, (sum: string) => string>,
    answer: (span: string) =>
      `The other side has ${span} to answer. Then an arbiter decides: the sum may be split in any way.`,
    read: "The other side and the arbiter read this.",
    text: "What went wrong, and what do you want?",
    hint: "From 3 to 4,000 characters.",
    go: "Open the dispute",
    done: "The dispute is open.",
  },
  onOrder: {
    open: "A dispute is open about this order",
    rests: {
      work: "Money and terms stand still until it ends.",
      consultation: "No calls on this order until it ends.",
      files: "Files and links stay open to the customer until it ends.",
    } satisfies Record<Schemas["TwipKind"], string>,
    go: "Go to the dispute",
    past: "Disputes about this order",
    show: "Look at the dispute",
    badge: "In dispute",
  },
};
