/** What the service says to people: refusals in words, empty places, banners, toasts. */
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { FieldProblem, Problem } from "../api/problem.ts";
import { t } from "../i18n/index.ts";
import { Button } from "./button.tsx";
import { useFloat } from "./float.ts";
import { Icon } from "./icon.tsx";

/** What a refusal means, and what to do next. */
export function problemWords(problem: Problem): string {
  const words = t().problems;
  if (problem.code === "unauthenticated") {
    if (problem.facts.reason === "credentials") return words.credentials;
  }
  if (problem.code === "being_checked" && problem.facts.scan === "too_large") return words.tooLargeToCheck;
  const limit = problem.code === "limit_reached" ? words.limits[String(problem.facts.what)] : undefined;
  return limit ?? words.codes[problem.code] ?? words.unknown;
}

/** What is wrong with a field. */
export function fieldWords({ code, limit }: FieldProblem): string {
  const words = t().problems.field;
  const found = words[code as keyof typeof words] ?? words.invalid;
  return typeof found === "function" ? found(limit ?? 0) : found;
}

const TONES = { info: "info", good: "circle-check", warn: "triangle-alert", bad: "circle-alert" } as const;

/** Something to know, above what it is about. Bad news is read out at once, others when there is a pause. */
export function Banner(props: { tone: keyof typeof TONES; children: ComponentChildren; act?: ComponentChildren }) {
  const tone = props.tone === "info" ? "" : ` banner-${props.tone}`;
  return (
    <div class={`banner${tone}`} role={props.tone === "bad" ? "alert" : "status"}>
      <Icon name={TONES[props.tone]} />
      <div>{props.children}</div>
      {props.act}
    </div>
  );
}

/** A refusal, with the way to try again if there is one. */
export function ProblemBanner({ problem, retry }: { problem: Problem | undefined; retry?: () => void }) {
  if (!problem) return null;
  return (
    <Banner tone="bad" act={retry && <Button onPress={retry}>{t().common.retry}</Button>}>
      {problemWords(problem)}
    </Banner>
  );
}

/** A place where nothing is yet, and what to do about it. `whole`: it is all that the page has to say. */
export function Empty(props: {
  icon: string;
  title: string;
  children?: ComponentChildren;
  act?: ComponentChildren;
  whole?: boolean;
}) {
  const Heading = props.whole ? "h1" : "h2";
  return (
    <div class="empty" role={props.whole ? "status" : undefined}>
      <Icon name={props.icon} large />
      <Heading>{props.title}</Heading>
      {props.children && <p class="muted">{props.children}</p>}
      {props.act}
    </div>
  );
}

/** The shape of what is on its way: cards, never a spinner. */
export function Skeleton({ cards = 3 }: { cards?: number }) {
  return (
    <div class="results" role="status" aria-busy="true">
      <span class="sr">{t().common.loading}</span>
      {Array.from({ length: cards }, (_, n) => (
        <div class="card stack stack-s" key={n} aria-hidden="true">
          <div class="skeleton sk-1" />
          <div class="skeleton sk-2" />
          <div class="skeleton sk-3" />
        </div>
      ))}
    </div>
  );
}

interface Toast {
  id: number;
  text: string;
  icon: string;
}

const toasts = signal<Toast[]>([]);
const SHOWN_MS = 6_000;
/** More at once would not fit a phone. */
const MOST = 3;
let toasted = 0;

/** Says that something was done, and goes by itself. */
export function toast(text: string, icon = "circle-check"): void {
  const id = ++toasted;
  toasts.value = [...toasts.value, { id, text, icon }].slice(-MOST);
  setTimeout(() => dismiss(id), SHOWN_MS);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((it) => it.id !== id);
}

/** Where toasts stand. */
export function Toasts() {
  const box = useRef<HTMLDivElement>(null);
  useFloat(box);
  return (
    <div class="toasts" role="status" ref={box}>
      {toasts.value.map((it) => (
        <div class="toast" key={it.id}>
          <Icon name={it.icon} />
          <span class="grow">{it.text}</span>
          <Button look="quiet" class="btn-icon" label={t().common.close} onPress={() => dismiss(it.id)}>
            <Icon name="x" />
          </Button>
        </div>
      ))}
    </div>
  );
}
