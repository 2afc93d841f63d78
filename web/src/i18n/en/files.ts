import type { Schemas } from "../../api/client.ts";
import type { FilesStage } from "../../market/files-order.ts";
import type { Forms } from "../formats.ts";

type Side = Schemas["Side"];

/** What the sentences about an order of files speak of. */
export interface FilesTold {
  /** The other side. */
  name: string;
  /** What the performer has earned of it, after commission. */
  share: string;
  /** What has returned to the customer; and whether any has, or all of it. */
  back: string;
  returned: boolean;
  whole: boolean;
}
type Say = (told: FilesTold) => string;

export const files = {
  offer: {
    title: "What you get",
    linksLater: "Shown on the page of your order once you have paid",
  },
  stages: {
    bought: {
      customer: {
        who: "Yours",
        title: () => "Your files and links",
        text: ({ returned, back }) =>
          `${returned ? `${back} is back in your account. ` : ""}The files and links stay yours in the version that you bought, even if the twip is changed or taken off sale.`,
      },
      performer: {
        who: "Sold",
        title: ({ name }) => `${name} has bought these`,
        text: ({ returned, back, whole, share }) =>
          whole
            ? `All of it, ${back}, has returned to the customer. They keep what they bought.`
            : `${returned ? `${back} has returned to the customer. ` : ""}You have earned ${share} after commission.`,
      },
    },
    disputed: {
      customer: {
        who: "In dispute",
        title: () => "A dispute is open",
        text: () => "Until it is over the files and links stay open to you, and the performer keeps the money.",
      },
      performer: {
        who: "In dispute",
        title: () => "A dispute is open",
        text: () => "Until it is over you keep the money, but it cannot be paid out. The customer keeps the files.",
      },
    },
    revoked: {
      customer: {
        who: "Over",
        title: () => "The dispute has ended your access",
        text: ({ back }) => `${back} is back in your account. The files and links are not yours any more.`,
      },
      performer: {
        who: "Over",
        title: () => "The dispute has ended the customer’s access",
        text: ({ back, whole, share }) =>
          `${back} has returned to the customer, and the files and links are closed to them.${whole ? "" : ` You have earned ${share} after commission.`}`,
      },
    },
  } satisfies Record<FilesStage, Record<Side, { who: string; title: Say; text: Say }>>,
  closed: "The dispute has ended your access: the files and links are closed.",
  download: "Download",
  downloadOf: (name: string) => `Download ${name}`,
  given: (times: string) => `downloaded ${times}`,
  times: { one: "time", other: "times" } as Forms,
  notGiven: "not downloaded yet",
  opens: "opens in a new tab, off the site",
  open: "Open the files",
  /** What the end of a dispute does to them, to the customer and to others. */
  after: {
    keeps: { you: "You keep the files and links.", customer: "The customer keeps the files and links." },
    ends: {
      you: "You lose access to the files and links.",
      customer: "The customer loses access to the files and links.",
    },
  },
  money: {
    matures: {
      later: (when: string) => `You can spend it now. It can be paid out from ${when}.`,
      now: () => "You can spend it, and it can be paid out.",
      rests: () => "You can spend it, but it cannot be paid out while the dispute is open.",
    } satisfies Record<"later" | "now" | "rests", (when: string) => string>,
  },
};
