/** How a dispute stands, in one bar: about how much it is, how far it has come, and how long the phase still lasts (D31). */
import type { Schemas } from "../api/client.ts";
import { day, moment, money, span, t } from "../i18n/index.ts";
import { LiveText } from "../ui/live-text.tsx";
import { type PhaseStep, phasesOf, sideOf } from "./dispute-rules.ts";
import { useTimeLeft } from "./time-left.ts";
import "../styles/disputes.css";

type Card = Schemas["DisputeCard"];

export function PhaseBar({ dispute, entries }: { dispute: Card; entries?: readonly Schemas["DisputeEntry"][] }) {
  const words = t().disputes;
  const { phase, deadline } = dispute;
  const running = deadline && phase in words.bar.left ? words.bar.left[phase as keyof typeof words.bar.left] : null;
  return (
    <section class="card dbar" aria-label={words.bar.state}>
      <div class="dbar-sum">
        <p class="small muted">{words.bar.amount}</p>
        <p class="hold-sum num">{money(dispute.amount)}</p>
        {running && <p class="small muted">{dispute.in_escrow.amount_minor > 0 ? words.bar.held : words.bar.paid}</p>}
      </div>
      <ol class="phases">
        {phasesOf(dispute, entries).map((step) => (
          <Stop step={step} dispute={dispute} key={step.name} />
        ))}
      </ol>
      {running && deadline && (
        <div class="dbar-left">
          <p class="small muted">{running}</p>
          <p class="hold-sum num">
            <time dateTime={deadline.due_at}>
              <TimeLeft until={deadline.due_at} />
            </time>
          </p>
          <p class="small muted">{words.bar.latest}</p>
        </div>
      )}
    </section>
  );
}

function Stop({ step, dispute }: { step: PhaseStep; dispute: Card }) {
  const words = t().disputes;
  const small = [
    step.none ? words.step.none : step.by && (step.by === sideOf(dispute) ? words.step.you : words.step.by[step.by]),
    step.at && (step.due ? words.step.until(moment(step.at)) : day(step.at)),
    step.name === "verdict" && words.step.splits,
  ];
  return (
    <li class={step.state} aria-current={step.state === "now" ? "step" : undefined}>
      <b>{words.steps[step.name]}</b>
      <small>{small.filter(Boolean).join(", ")}</small>
    </li>
  );
}

const EVERY_MS = 1_000;

function TimeLeft({ until }: { until: string }) {
  const left = useTimeLeft(until, EVERY_MS);
  return <LiveText>{left > 0 ? span(left) : t().disputes.bar.lapsed}</LiveText>;
}
