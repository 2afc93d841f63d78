/** What staff did, newest first (D28). */
import { useEffect, useState } from "preact/hooks";
import { answered, api, type Schemas } from "../../api/client.ts";
import { moment, t } from "../../i18n/index.ts";
import { balance } from "../../state/me.ts";
import { usePages } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { disputeFacts } from "./desk-log.ts";

type StaffAct = Schemas["StaffActView"];

export function LogSection() {
  const words = t().admin.log;
  const log = usePages(
    (cursor) => answered(api.GET("/admin/audit", { params: { query: cursor ? { cursor } : {} } })),
    [],
  );
  const names = useNames(log.data ?? []);
  return (
    <section class="stack">
      <ProblemBanner problem={log.problem} retry={log.reload} />
      {!log.data && !log.problem && <Skeleton />}
      {log.data?.length === 0 && <Empty icon="list" title={words.empty} />}
      {log.data && log.data.length > 0 && (
        <div class="card">
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">{words.when}</th>
                <th scope="col">{words.who}</th>
                <th scope="col">{words.what}</th>
              </tr>
            </thead>
            <tbody>
              {log.data.map((act) => (
                <tr key={act.id}>
                  <td class="nowrap">
                    <time dateTime={act.at}>{moment(act.at)}</time>
                  </td>
                  <td>{act.actor_id === "operator" ? words.operator : (names.get(act.actor_id) ?? "…")}</td>
                  <td>
                    <p>
                      <b>{words.acts[act.act] ?? t().desk.log.acts[act.act] ?? act.act}</b>{" "}
                      <Subject act={act} names={names} />
                    </p>
                    <Facts act={act} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {log.more && (
        <Button onPress={log.more} busy={log.loadingMore}>
          {t().common.more}
        </Button>
      )}
    </section>
  );
}

/** Names of the people in the log: the log itself keeps who, not what they were called. */
function useNames(acts: readonly StaffAct[]): Map<string, string> {
  const [names, setNames] = useState<Map<string, string>>(new Map());
  const people = acts.flatMap((act) => [act.actor_id, ...(act.act.startsWith("user.") ? [act.subject] : [])]);
  const unknown = [...new Set(people)].filter((id) => id !== "operator" && !names.has(id));
  useEffect(() => {
    if (unknown.length === 0) return;
    let here = true;
    const ask = async (id: string): Promise<[string, string]> => {
      try {
        const person = await answered(api.GET("/users/{user_id}", { params: { path: { user_id: id } } }));
        return [id, person.display_name];
      } catch {
        // Whoever is blocked has no page; the id says who it is.
        return [id, id];
      }
    };
    void Promise.all(unknown.map(ask)).then((found) => here && setNames(new Map([...names, ...found])));
    return () => {
      here = false;
    };
  }, [unknown.join()]);
  return names;
}

function Subject({ act, names }: { act: StaffAct; names: Map<string, string> }) {
  if (act.act.startsWith("user.")) return <span>{names.get(act.subject) ?? "…"}</span>;
  if (act.act.startsWith("twip.")) return <a href={`/twips/${act.subject}`}>{t().admin.log.twip}</a>;
  if (act.act.startsWith("dispute.")) return <a href={`/admin/disputes/${act.subject}`}>{t().admin.log.twip}</a>;
  return null;
}

function Facts({ act: { act, facts } }: { act: StaffAct }) {
  const words = t().admin.log;
  const role = t().admin.people.role;
  const roles = (list = "") =>
    list
      .split(",")
      .map((it) => role[it as keyof typeof role] ?? it)
      .join(", ");
  const said =
    act === "user.roles"
      ? words.roles(roles(facts.before), roles(facts.after))
      : act === "ledger.verify"
        ? words.verified(facts.entries ?? "", facts.differences ?? "")
        : act.startsWith("dispute.")
          ? balance.value && disputeFacts(act, facts, balance.value.currency)
          : facts.reason && words.reason(facts.reason);
  return said ? <p class="small muted">{said}</p> : null;
}
