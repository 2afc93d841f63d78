import type { Schemas } from "../../api/client.ts";
import type { DeskPhase, GroupName } from "../../pages/admin/desk-rules.ts";

type Side = Schemas["Side"];

/** What a sum of a verdict is said with. */
interface Parts {
  toCustomer: string;
  toPerformer: string;
}

/** The arbiters' desk: for staff the two are the customer and the performer. */
export const desk = {
  phase: {
    label: "Who decides",
    arbitration: "An arbiter",
    escalated: "All arbiters",
    admin: "An admin",
  } satisfies Record<DeskPhase | "label", string>,
  phaseText: {
    arbitration: "One arbiter takes each.",
    escalated: "Its arbiter did not decide in time: any arbiter may.",
    admin: "No arbiter decided in time: an admin does.",
  } satisfies Record<DeskPhase, string>,
  queue: {
    title: "Queue",
    label: "Queue of disputes",
    groups: { mine: "Mine", free: "No arbiter yet", others: "With other arbiters", all: "Due first" } satisfies Record<
      GroupName,
      string
    >,
    empty: {
      arbitration: "No dispute waits for an arbiter",
      escalated: "No dispute has gone to all arbiters",
      admin: "No dispute has gone to the admin",
    } satisfies Record<DeskPhase, string>,
    reload: "Look again",
    left: (span: string) => `${span} left`,
    timeUp: "time is up",
    asked: {
      customer: "waits for the customer’s answer",
      performer: "waits for the performer’s answer",
    } satisfies Record<Side, string>,
    askedBoth: "waits for both sides’ answers",
    offered: "a split is offered",
    with: (name: string) => `with ${name}`,
    sides: (customer: string, performer: string) => `${customer} and ${performer}`,
  },
  choose: {
    title: "Choose a dispute",
    text: "What you open and read of it goes into the activity log.",
  },
  closed: {
    taken: (name: string) => `${name} decides this one`,
    takenText: "Until a verdict nobody else reads what the two sides wrote.",
    waiting: "Arbiters decide this one",
    waitingText: "It comes to you if they do not decide in time.",
    free: "Nobody has taken it yet",
    freeText:
      "Once you take it, you read what both sides wrote, the evidence and the order; every reading is logged. The two sides see your name.",
    take: "Take this dispute",
    taken2: "The dispute is yours.",
    read: "You may read it, and not decide",
    readText: { admin: "An admin decides now.", other: "It is not your turn." },
  },
  gone: {
    title: "There is no such dispute",
    forbiddenTitle: "This dispute is not open to you",
    forbidden: "You are one of its sides, or the other side has not answered yet.",
    back: "To the queue",
  },
  over: {
    decided: "Decided",
    default: "Nobody decided in time: the default verdict",
    settled: "The two sides have agreed on a split",
    withdrawn: "Withdrawn by whoever opened it",
    withdrawnText: "No money has moved, and the order goes on.",
    reasons: "The reasons, as both sides read them",
    at: (moment: string) => `on ${moment}`,
  },
  facts: {
    amount: "In dispute",
    held: "held by Twip",
    paid: "with the performer",
    part: (sum: string) => `${sum} held, the rest with the performer`,
    customer: "Customer",
    performer: "Performer",
    openedIt: (who: string) => `${who}, opened it`,
    decideBy: "Decide by",
    byDefault: "If nobody decides",
    all: { customer: "all to the customer", performer: "all to the performer" } satisfies Record<Side, string>,
    split: ({ toCustomer, toPerformer }: Parts) => `${toCustomer} to the customer, ${toPerformer} to the performer`,
    arbiter: "Arbiter",
    opened: (day: string) => `opened ${day}`,
  },
  handOver: {
    go: "Hand over",
    title: "Hand it over to another arbiter?",
    text: "It goes back to the queue, for any arbiter to take. Its term runs on. You can no longer read it.",
    done: "Handed over. It waits in the queue.",
  },
  ask: {
    title: "Ask",
    label: "Question or message",
    hint: "From 3 to 4,000 characters. Both sides read it; whoever is asked gets a mail.",
    to: "To whom",
    both: "Both sides",
    customer: "The customer",
    performer: "The performer",
    send: "Send",
    sent: "Sent.",
    short: "Write at least 3 characters.",
    waiting: { customer: "The customer has not answered yet.", performer: "The performer has not answered yet." },
    waitingBoth: "Neither side has answered yet.",
  },
  thread: "Thread",
  logged: "What you open here goes into the activity log.",
  verdict: {
    title: "Verdict",
    picks: "Ready splits",
    all: { customer: "All to customer", performer: "All to performer" } satisfies Record<Side, string>,
    half: "Half and half",
    why: "Why. Both sides will read it",
    whyHint: "From 3 to 4,000 characters.",
    sums: "What it does to the accounts",
    none: "Type what each side gets to see what it does to their accounts.",
    toCustomer: "To the customer’s account",
    released: "To the performer’s account",
    releasedHint: (commission: string) => `from escrow, after a commission of ${commission}`,
    takenBack: "Taken from the performer’s account",
    takenBackHint: (paid: string) => `they were paid ${paid} for this`,
    commission: "Returned from the commission",
    commissionHint: (before: string, after: string) => `was ${before}, becomes ${after}`,
    after: "The performer’s account afterwards",
    now: (sum: string) => `now ${sum}`,
    debt: (sum: string) => `now ${sum}; the debt is taken from later earnings`,
    final: "The verdict is final: money moves at once, the dispute closes, and the act goes into the activity log.",
    go: ({ toCustomer, toPerformer }: Parts) => `Decide: ${toCustomer} to customer, ${toPerformer} to performer`,
    goBare: "Decide",
    needs: { split: "First say what each side gets.", reasons: "First say why." },
    confirm: {
      title: "Give this verdict?",
      customer: (sum: string) => `The customer gets ${sum}.`,
      nothing: "The customer gets nothing back.",
      released: (sum: string) => `The performer gets ${sum} from escrow, after commission.`,
      keeps: "Nothing is taken from the performer.",
      takenBack: (sum: string) => `${sum} is taken from the performer’s account.`,
      debt: (sum: string) => `That leaves the performer with a debt: ${sum}.`,
      final: "It is final. Nobody can change it, and the same cannot be disputed again.",
      stay: "Not yet",
    },
    done: "Decided. Both sides have been told.",
  },
  moved: {
    title: "What you did was not carried out: the dispute has moved on meanwhile.",
    now: "Below is how it stands now.",
  },
  log: {
    acts: {
      "dispute.read": "Read a dispute",
      "dispute.assign": "Took a dispute",
      "dispute.hand_over": "Handed a dispute over",
      "dispute.question": "Asked in a dispute",
      "dispute.rule": "Decided a dispute",
    } as Record<string, string>,
    read: {
      dispute: "how it stands",
      thread: "what the two sides wrote",
      order: "the order and what was written in it",
      evidence: "the evidence",
      transcript: "the session’s chat",
      media: "what both pages reported",
      outcome: "how it ended",
    } as Record<string, string>,
    file: "a file",
    asked: { customer: "the customer", performer: "the performer", both: "both sides" },
    ruled: ({ toCustomer, toPerformer }: Parts) => `${toCustomer} to the customer, ${toPerformer} to the performer`,
  },
};
