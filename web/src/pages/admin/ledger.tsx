/** The ledger, verified at a press (D28). */
import { useState } from "preact/hooks";
import { answered, api, type Schemas } from "../../api/client.ts";
import { plural, t } from "../../i18n/index.ts";
import { useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Banner, ProblemBanner } from "../../ui/notices.tsx";

export function LedgerSection() {
  const [report, setReport] = useState<Schemas["LedgerReport"] | null>(null);
  const words = t().admin.books;
  const verify = useMutation(async () => setReport(await answered(api.POST("/admin/ledger/verify"))));
  return (
    <section class="card stack books">
      <p class="muted">{words.lead}</p>
      <div>
        <Button look="primary" icon="shield-check" busy={verify.busy} onPress={verify.run}>
          {words.go}
        </Button>
      </div>
      <ProblemBanner problem={verify.problem} retry={verify.run} />
      {report && !verify.problem && (
        <>
          <Banner tone={report.clean ? "good" : "bad"}>
            <b>{report.clean ? words.clean : `${plural(report.differences.length, words.differences)}.`}</b>{" "}
            {words.counted(plural(report.accounts, words.accounts), plural(report.entries, words.entries))}
            {report.differences.length === 500 && ` ${words.most}`}
          </Banner>
          {report.differences.length > 0 && <Differences found={report.differences} />}
        </>
      )}
    </section>
  );
}

function Differences({ found }: { found: Schemas["DifferenceView"][] }) {
  const words = t().admin.books;
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">{words.what}</th>
          <th scope="col">{words.subject}</th>
          <th scope="col">{words.expected}</th>
          <th scope="col">{words.found}</th>
        </tr>
      </thead>
      <tbody>
        {found.map((it, n) => (
          <tr key={n}>
            <td>{it.what}</td>
            <td>
              <code>{it.subject}</code>
            </td>
            <td data-name={words.expected}>{it.expected}</td>
            <td data-name={words.found}>{it.found}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
