/** The tab that waits until the address is confirmed, here or on another device, and then is signed in. */
import { useEffect, useState } from "preact/hooks";
import { answered, api } from "../../api/client.ts";
import { asProblem } from "../../api/problem.ts";
import { later } from "../../socket/timers.ts";
import { enter, me } from "../../state/me.ts";

/** Asked again after each; whoever comes back to the tab is asked for at once. */
const WAITS_MS = [2_000, 2_000, 3_000, 3_000, 5_000, 5_000, 10_000, 15_000, 30_000];

/** Answers whether there is nothing more to wait for: this browser was signed in already, or too much time has passed. */
export function useArriving(): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    let left = false;
    let asking = false;
    let turn = 0;
    let stop = () => {};
    const ask = async () => {
      stop();
      if (left || asking || me.peek()) return;
      asking = true;
      try {
        const said = await answered(api.POST("/auth/arrive", { params: { header: { "X-Requested-With": "twip" } } }));
        if (said.signed_in) {
          enter(said.signed_in);
          return;
        }
      } catch (error) {
        if (asProblem(error).code === "unauthenticated") {
          if (!left) setOver(true);
          left = true;
          return;
        }
      } finally {
        asking = false;
      }
      if (!left) stop = later(WAITS_MS[Math.min(turn++, WAITS_MS.length - 1)] ?? 0, () => void ask());
    };
    const looked = () => {
      if (document.hidden) return;
      turn = 0;
      void ask();
    };
    void ask();
    document.addEventListener("visibilitychange", looked);
    addEventListener("focus", looked);
    return () => {
      left = true;
      stop();
      document.removeEventListener("visibilitychange", looked);
      removeEventListener("focus", looked);
    };
  }, []);
  return over;
}
