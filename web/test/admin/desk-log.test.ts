import { beforeAll, expect, test } from "vitest";
import { speak } from "../../src/i18n/index.ts";
import { disputeFacts } from "../../src/pages/admin/desk-log.ts";

beforeAll(() => speak("en"));

test("the log says what was read in a dispute, and of a file that it was one", () => {
  expect(disputeFacts("dispute.read", { what: "transcript" }, "RUB")).toBe("the session’s chat");
  expect(disputeFacts("dispute.read", { what: "file 01HXYZ" }, "RUB")).toBe("a file");
  expect(disputeFacts("dispute.read", { what: "something new" }, "RUB")).toBe("something new");
});

test("the log says who was asked, and how it was divided", () => {
  expect(disputeFacts("dispute.question", { asked_customer: "1" }, "RUB")).toBe("the customer");
  expect(disputeFacts("dispute.question", { asked_performer: "1" }, "RUB")).toBe("the performer");
  expect(disputeFacts("dispute.question", { asked_customer: "1", asked_performer: "1" }, "RUB")).toBe("both sides");
  const divided = { to_customer_minor: "100000", to_performer_minor: "50000" };
  expect(disputeFacts("dispute.rule", divided, "RUB")).toBe("₽1,000.00 to the customer, ₽500.00 to the performer");
});

test("who took it and who handed it over is said by the act alone", () => {
  expect(disputeFacts("dispute.assign", { phase: "arbitration" }, "RUB")).toBe("");
});
