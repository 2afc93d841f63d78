/** What both pages of a session have reported of its media, minute by minute, in figures (D29). */
import type { Schemas } from "../api/client.ts";
import { sizeOf } from "../files/sizes.ts";
import { clock, lang, number, percent, t } from "../i18n/index.ts";
import { usePages } from "../state/query.ts";
import { Button } from "../ui/button.tsx";
import { ProblemBanner } from "../ui/notices.tsx";
import { nameOf } from "./dispute-told.ts";
import type { DisputeSource } from "./sources.ts";

type Sample = Schemas["MediaSampleView"];

/** How much of what was to arrive was lost, in basis points. */
export function lostBps({ received_packets, lost_packets }: Pick<Sample, "received_packets" | "lost_packets">): number {
  const all = received_packets + lost_packets;
  return all > 0 ? Math.round((lost_packets / all) * 10_000) : 0;
}

export function MediaTable({ dispute, source }: { dispute: Schemas["DisputeCard"]; source: DisputeSource }) {
  const words = t().disputes.evidence;
  const reports = usePages(source.media, [dispute.id]);
  const rows = (reports.data ?? []).flatMap(({ side, at, samples }) =>
    samples.map((sample, n) => ({ key: `${side} ${at} ${n}`, side, sample })),
  );
  if (reports.problem?.code === "gone") return <p class="small muted">{words.gone}</p>;
  return (
    <div class="stack stack-s">
      <ProblemBanner problem={reports.problem} retry={reports.reload} />
      {!reports.data && !reports.problem && <div class="skeleton sk-2" />}
      {reports.data && rows.length === 0 && <p class="small muted">{words.reportNone}</p>}
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
        <section class="media-scroll" aria-label={words.report} tabIndex={0}>
          <table class="media-table small">
            <thead>
              <tr>
                {words.reportHead.map((name) => (
                  <th scope="col" key={name}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, side, sample }) => (
                <tr key={key}>
                  <td>{clock(sample.at)}</td>
                  <td>{nameOf(dispute, side)}</td>
                  <td>{sizeOf(sample.received_bytes, lang())}</td>
                  <td>{sizeOf(sample.sent_bytes, lang())}</td>
                  <td>{percent(lostBps(sample))}</td>
                  <td>{sample.round_trip_ms === null ? "–" : words.ms(number(sample.round_trip_ms))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {reports.more && (
        <p>
          <Button look="quiet" onPress={reports.more} busy={reports.loadingMore}>
            {t().common.more}
          </Button>
        </p>
      )}
    </div>
  );
}
