import { expect, it } from "vitest";
import { demandGood, faultOf } from "../src/pages/auth/password.ts";

const code = (password: string) => faultOf(password, "vera@example.org")?.code ?? null;

it("counts a password as the service does", () => {
  expect(code("ёжик-чай7")).toBe("too_short");
  expect(code("ёжик-чай7".normalize("NFD"))).toBe("too_short");
  expect(code("ёжик-чай7и")).toBe(null);
  expect(code(" two words ")).toBe(null);
});

it("tells at once what the service would refuse, where it can be known here", () => {
  for (const common of [
    "1234567890",
    "QWERTYUIOP",
    "йцукенгшщз",
    "ёёёёёёёёёё",
    "\u00a0".repeat(10),
    "\u200b\u3164".repeat(5),
  ]) {
    expect(code(common), common).toBe("too_common");
  }
  expect(code(" VERA@example.org ")).toBe("is_email");
  expect(() => demandGood("1234567890")).toThrow("invalid_input");
  demandGood("a long walk on the beach");
});
