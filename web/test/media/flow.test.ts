import { describe, expect, test } from "vitest";
import { Flow } from "../../src/media/flow.ts";

describe("what a report says of media (D18)", () => {
  test("nothing before anything has flowed", () => {
    const flow = new Flow();
    expect(flow.told(0)).toBeNull();
    flow.hear(0, 0);
    expect(flow.told(1)).toBeNull();
  });

  test("all bytes so far, as long as they grow", () => {
    const flow = new Flow();
    flow.hear(500, 1_000);
    flow.hear(900, 3_000);
    expect(flow.told(12_999)).toBe(900);
  });

  test("nothing once they have stood still for ten seconds, until they grow again", () => {
    const flow = new Flow();
    flow.hear(900, 3_000);
    flow.hear(900, 12_000);
    expect(flow.told(13_000)).toBeNull();
    flow.hear(901, 14_000);
    expect(flow.told(14_000)).toBe(901);
  });

  test("only what flows since the socket that speaks now was opened", () => {
    const flow = new Flow();
    flow.hear(900, 3_000);
    flow.renew();
    expect(flow.told(3_000)).toBeNull();
    flow.hear(950, 4_000);
    expect(flow.told(4_000), "it flowed before, for all that is known").toBeNull();
    flow.hear(970, 5_000);
    expect(flow.told(5_000)).toBe(20);
  });
});
