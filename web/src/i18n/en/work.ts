import type { Schemas } from "../../api/client.ts";
import type { Told } from "../../market/telling.ts";
import type { MoneyPlace, Stage, WorkAct } from "../../market/work-order.ts";

type Side = Schemas["Side"];

type Say = (told: Told) => string;
interface Turn {
  title: Say;
  text: Say;
}
interface ActWords {
  label: Say;
  /** What it does with the money. */
  bold: Say;
  more: Say;
  /** The question before it: the button that does it repeats the label. */
  title: string;
  done: string;
}

const offered: Say = ({ aboutDays, until }) =>
  aboutDays
    ? `The term of delivery moves. Say nothing until ${until}, and the offer lapses.`
    : `A split ends the order. Say nothing until ${until}, and the offer lapses.`;

export const work = {
  turn: {
    mine: "Your turn",
    other: { customer: "The performer’s turn", performer: "The customer’s turn" } satisfies Record<Side, string>,
    over: "Over",
    rests: "At rest",
  },
  stages: {
    placed: {
      customer: {
        title: ({ name, due }) => `${name} is to start by ${due}`,
        text: () => "If nothing happens by then, all of it returns to your account.",
      },
      performer: {
        title: ({ due }) => `Start the work or refuse it by ${due}`,
        text: () => "Say nothing, and the money returns to the customer. It counts as a refusal.",
      },
    },
    working: {
      customer: {
        title: ({ name, due }) => `${name} is working, until ${due}`,
        text: () => "If the delivery is late, you may cancel and all of it returns.",
      },
      performer: {
        title: ({ due }) => `Deliver by ${due}`,
        text: () => "After that the customer may cancel and take all of it back.",
      },
    },
    rework: {
      customer: {
        title: ({ name, due }) => `${name} is reworking it, until ${due}`,
        text: () => "If the delivery is late, you may cancel and all of it returns.",
      },
      performer: {
        title: ({ due }) => `Deliver the rework by ${due}`,
        text: () => "After that the customer may cancel and take all of it back.",
      },
    },
    overdue: {
      customer: {
        title: ({ name }) => `${name} is late`,
        text: ({ due }) => `Wait, or cancel and have all of it back. With no delivery by ${due} it returns by itself.`,
      },
      performer: {
        title: () => "You are late: deliver now",
        text: ({ due }) =>
          `The customer may cancel at any time. With no delivery by ${due} the money returns to them, and it counts as a refusal of started work.`,
      },
    },
    let_down: {
      customer: {
        title: () => "You may cancel now, or wait",
        text: ({ due }) =>
          `The performer is blocked, or has taken the twip off the market. The work may still come, until ${due}. Cancel, and all of it returns.`,
      },
      performer: {
        title: ({ due }) => `Deliver by ${due}`,
        text: () => "The customer may cancel and take all of it back.",
      },
    },
    delivered: {
      customer: {
        title: ({ name, due }) => `${name} has delivered. Accept or return it by ${due}`,
        text: () => "Say nothing, and it is accepted by itself: the money goes to the performer.",
      },
      performer: {
        title: ({ name, due }) => `${name} is checking your work, until ${due}`,
        text: ({ share }) => `If they say nothing, it is accepted and you get ${share}.`,
      },
    },
    offered: {
      customer: {
        title: ({ name, aboutDays, moreDays, part, rest }) =>
          aboutDays
            ? `${name} asks for ${moreDays} more`
            : `${name} offers a split: ${rest} back to you, ${part} to them`,
        text: offered,
      },
      performer: {
        title: ({ name, aboutDays, moreDays, part, rest }) =>
          aboutDays
            ? `${name} offers you ${moreDays} more`
            : `${name} offers a split: ${part} to you, ${rest} back to them`,
        text: offered,
      },
    },
    waiver: {
      customer: {
        title: ({ name }) => `${name} has refused. Do you agree with the reason?`,
        text: ({ rest, until }) =>
          `${rest} is back in your account. The refusal lowers their rating, unless you agree with the reason by ${until}.`,
      },
      performer: { title: () => "You have refused", text: () => "" },
    },
    disputed: {
      customer: {
        title: () => "A dispute is open",
        text: ({ over }): string =>
          over
            ? "The money stays with the performer until it is settled."
            : "Money and terms stand still until it is settled.",
      },
      performer: {
        title: () => "A dispute is open",
        text: ({ over }): string =>
          over ? "The money stays with you until it is settled." : "Money and terms stand still until it is settled.",
      },
    },
    accepted: {
      customer: {
        title: () => "The work is accepted",
        text: ({ name, returned, part, rest }) =>
          returned ? `${rest} has returned to your account. ${name} had ${part}.` : `${name} has been paid.`,
      },
      performer: {
        title: () => "The work is accepted",
        text: ({ share, returned, rest }) =>
          returned
            ? `You have earned ${share} after commission. ${rest} has returned to the customer.`
            : `You have earned ${share} after commission.`,
      },
    },
    cancelled: {
      customer: { title: () => "You have cancelled", text: ({ rest }) => `${rest} is back in your account.` },
      performer: {
        title: () => "The customer has cancelled",
        text: () => "All of the money has returned to the customer.",
      },
    },
    refused: {
      customer: {
        title: () => "The work was not done",
        text: ({ rest, penalty }) =>
          penalty === "waived"
            ? `${rest} is back in your account. You agree with the reason: the performer’s rating is not lowered.`
            : `${rest} is back in your account. The refusal lowers the performer’s rating.`,
      },
      performer: {
        title: () => "The work was not done",
        text: ({ penalty }): string =>
          penalty === "waived"
            ? "The money has returned to the customer. They agree with your reason: your rating is not lowered."
            : penalty === "asked"
              ? "The money has returned to the customer. It lowers your rating, unless the customer agrees with your reason."
              : "The money has returned to the customer. It lowers your rating.",
      },
    },
    agreed: {
      customer: {
        title: () => "You have agreed on a split",
        text: ({ rest, part, name }) => `${rest} is back in your account. ${name} had ${part}.`,
      },
      performer: {
        title: () => "You have agreed on a split",
        text: ({ share, rest }) => `${share} is in your account. ${rest} has returned to the customer.`,
      },
    },
    ruled: {
      customer: {
        title: () => "The dispute has split the money",
        text: ({ rest, part, name }) => `${rest} is back in your account. ${name} had ${part}.`,
      },
      performer: {
        title: () => "The dispute has split the money",
        text: ({ share, rest }) => `${share} is in your account. ${rest} has returned to the customer.`,
      },
    },
  } satisfies Record<Stage, Record<Side, Turn>>,
  reason: "The reason",
  acts: {
    accept: {
      label: ({ kept }) => `Accept and pay ${kept}`,
      bold: ({ name }) => `The money goes to ${name}.`,
      more: () => "Accept what you have seen: it cannot be taken back here.",
      title: "Accept the work?",
      done: "Accepted. The performer has been paid.",
    },
    rework: {
      label: () => "Return for rework",
      bold: () => "The money stays with Twip.",
      more: () => "You write what to mend, and a new term for it begins.",
      title: "Return it for rework",
      done: "Returned for rework.",
    },
    start: {
      label: () => "Start the work",
      bold: () => "The money stays with Twip.",
      more: ({ days }) => `You have ${days} to deliver.`,
      title: "Start the work?",
      done: "Started.",
    },
    refuse: {
      label: () => "Refuse",
      bold: ({ kept }) => `${kept} returns to the customer.`,
      more: () => "It lowers your rating, unless the customer agrees with your reason.",
      title: "Refuse the work",
      done: "Refused. The money is back with the customer.",
    },
    deliver: {
      label: () => "Work done",
      bold: ({ name }) => `${name} checks it.`,
      more: ({ share }) => `When they accept, or say nothing in time, you get ${share}.`,
      title: "Deliver the work",
      done: "Delivered.",
    },
    cancel: {
      label: ({ kept }) => `Cancel and return ${kept}`,
      bold: ({ kept }) => `${kept} returns to your account at once.`,
      more: () => "The order cannot be opened again.",
      title: "Cancel the order?",
      done: "Cancelled. The money is back in your account.",
    },
    propose: {
      label: () => "Make an offer",
      bold: () => "Nothing moves until the other side agrees.",
      more: () => "If they say nothing, the offer lapses.",
      title: "Make an offer",
      done: "Offered.",
    },
    agree: {
      label: () => "Accept the split",
      bold: ({ rest, part }) => `${rest} to the customer, ${part} to the performer.`,
      more: () => "It ends the order.",
      title: "Accept the split?",
      done: "Agreed. The money is split.",
    },
    extend: {
      label: ({ moreDays }) => `Agree to ${moreDays} more`,
      bold: () => "The money stays with Twip.",
      more: () => "Only the term of delivery moves.",
      title: "Agree to more days?",
      done: "Agreed.",
    },
    decline: {
      label: () => "Drop the offer",
      bold: () => "Nothing changes.",
      more: () => "The order goes on as before.",
      title: "Drop the offer?",
      done: "The offer is off.",
    },
    waive: {
      label: () => "Agree with the reason",
      bold: ({ name }) => `The rating of ${name} is not lowered.`,
      more: () => "Your money is back in either case.",
      title: "Agree with the reason?",
      done: "The rating is not lowered.",
    },
  } satisfies Record<WorkAct, ActWords>,
  otherwise: "Something else?",
  stay: "Not now",
  moved: "The order has changed meanwhile. Close this, and see how it stands.",
  fields: {
    reason: { label: "Why", hint: "The customer reads it. From 3 to 1,000 characters." },
    text: { label: "What you have done", hint: "Up to 4,000 characters." },
    reasons: { label: "What to mend", hint: "From 3 to 4,000 characters." },
    remark: { label: "A few words, if you like", hint: "Up to 4,000 characters." },
  },
  offer: {
    which: "What do you offer?",
    split: "Split the sum",
    days: "More days",
    goSplit: {
      customer: (back: string) => `Offer: ${back} back to you`,
      performer: (back: string) => `Offer: ${back} back to the customer`,
    } satisfies Record<Side, (back: string) => string>,
    goDays: {
      customer: (days: string) => `Offer: ${days} more`,
      performer: (days: string) => `Ask for ${days} more`,
    } satisfies Record<Side, (days: string) => string>,
    commission: "Commission is due on the performer’s part only.",
    howMany: "How many days more",
    daysHint: "From 1 to 30.",
    number: "A whole number from 1 to 30",
    standing: "Your offer stands",
    split2: ({ part, rest, until }: Told) => `${part} to the performer, ${rest} to the customer. It lapses ${until}.`,
    days2: ({ moreDays, until }: Told) => `${moreDays} more. It lapses ${until}.`,
  },
  money: {
    title: "Money",
    at: {
      customer: "Back with the customer",
      escrow: "Held by Twip",
      performer: "With the performer",
      both: "Split between the two",
    } satisfies Record<MoneyPlace, string>,
    parts: (part: string, rest: string) => `${part} with the performer, ${rest} back with the customer`,
    given: (sum: string) => `${sum} of the price has returned to the customer`,
    you: "You",
    earn: "You earn",
    now: "now",
    after: "on acceptance",
    share: (share: string) => `After commission you get ${share}`,
    earned: (share: string) => `After commission you had ${share}`,
  },
  progress: {
    title: "Progress",
    paid: "Paid",
    start: "Started",
    starting: "Waiting for the start",
    deliver: "Delivered",
    working: "In progress",
    check: "Checking",
    accepted: "Accepted, the performer is paid",
    until: (due: string) => `until ${due}`,
    silent: (due: string) => `${due}, if nothing is said`,
    within: (days: string) => `${days} to deliver`,
  },
  thread: {
    title: "Order correspondence",
    none: "Nothing has been written yet.",
    earlier: "Earlier",
    write: (name: string) => `Write to ${name}`,
    label: "Message",
    send: "Send",
    attach: "Attach a file, up to 20\u00a0MB",
    limits: "Up to 5 files a message, 20\u00a0MB each",
    closed: "Nothing can be written here any more.",
    until: (when: string) => `You can write until ${when}.`,
    remove: (name: string) => `Remove ${name}`,
    download: (name: string) => `Download ${name}`,
    scans: {
      checking: "being checked",
      clean: "checked",
      infected: "malware found",
      too_large: "too large to be checked",
      not_scanned: "not scanned",
    },
    held: {
      infected: {
        own: "Nobody else can download it. Send the file afresh from a clean device.",
        others: "It cannot be downloaded. Ask for another file.",
      },
      too_large: {
        own: "Nobody else can download it. Send it in another way: unpacked, or as several smaller files.",
        others: "It cannot be downloaded. Ask for it in another way: unpacked, or as several smaller files.",
      },
    },
    read: "read",
    you: "You",
    tooLarge: (name: string) => `${name} is larger than 20\u00a0MB`,
    empty: (name: string) => `${name} is empty`,
    tooMany: (atMost: number) => `At most ${atMost} files can be sent`,
    sending: (part: string) => `Sending: ${part}`,
    failed: (name: string) => `${name} could not be sent`,
    retry: "Try again",
    delivery: (n: number | null) => (n === null ? "Delivery" : `Delivery ${n}`),
    said: {
      start: "The work has been started",
      refuse: "The performer has refused the work",
      deliver: "The work has been delivered",
      rework: "Returned for rework",
      accept: "The work has been accepted",
      cancel: "The customer has cancelled",
      propose: "An offer has been made",
      agree: "The split has been agreed",
      extend: "More days have been agreed",
      decline: "The offer is off",
      waive: "The customer agrees with the reason",
      lapse_start: "Not started in time: the money has returned",
      lapse_delivery: "The term of delivery is over",
      lapse_overdue: "Not delivered: the money has returned",
      lapse_acceptance: "Accepted by silence",
      rule: "The dispute has split the money",
      dispute_opened: "A dispute has been opened",
      dispute_withdrawn: "The dispute was withdrawn",
      dispute_settled: "The dispute was settled",
      dispute_decided: "The dispute was decided",
    } satisfies Record<Schemas["WorkAct"] | Schemas["DisputeNews"], string>,
  },
};
