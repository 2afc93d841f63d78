/** What the activity log says of an act in a dispute: what was read, who was asked, how it was divided; never what was written (D27, D28). */
import { money, t } from "../../i18n/index.ts";

type Facts = Readonly<Record<string, string>>;

/** Sums of the log have no currency of their own: there is one a deployment (D11). Empty: the act says it all. */
export function disputeFacts(act: string, facts: Facts, currency: string): string {
  const words = t().desk.log;
  const sum = (name: string) => money({ amount_minor: Number(facts[name] ?? 0), currency });
  switch (act) {
    case "dispute.read": {
      const what = facts.what ?? "";
      return what.startsWith("file ") ? words.file : (words.read[what] ?? what);
    }
    case "dispute.question": {
      const [customer, performer] = [facts.asked_customer, facts.asked_performer];
      return words.asked[customer && performer ? "both" : customer ? "customer" : "performer"];
    }
    case "dispute.rule":
      return words.ruled({ toCustomer: sum("to_customer_minor"), toPerformer: sum("to_performer_minor") });
    default:
      return "";
  }
}
