/** What was said and done in a dispute, as its two sides and whoever decides read it (R85). */
import { Fragment } from "preact";
import type { Schemas } from "../api/client.ts";
import { FileList } from "../files/file-list.tsx";
import { clock, day, money, t } from "../i18n/index.ts";
import { Icon } from "../ui/icon.tsx";
import { sideOf } from "./dispute-rules.ts";
import { nameOf } from "./dispute-told.ts";
import { goodsWords, SplitBar } from "./division.tsx";
import "../styles/disputes.css";

type Card = Schemas["DisputeCard"];
type Entry = Schemas["DisputeEntry"];
type Link = (id: string) => Promise<string>;

/** Entries, the oldest first. `labelledBy`: the id of the heading above. `link`: the address of a file. */
export function DisputeLog(props: { entries: readonly Entry[]; dispute: Card; labelledBy: string; link: Link }) {
  let before = "";
  const named = oneArbiter(props.entries) ? props.dispute : { ...props.dispute, arbiter_name: null };
  return (
    <div class="chat" role="log" aria-labelledby={props.labelledBy}>
      {props.entries.map((entry) => {
        const date = day(entry.at);
        const fresh = date !== before;
        before = date;
        return (
          <Fragment key={entry.id}>
            {fresh && <p class="chat-note">{date}</p>}
            <One entry={entry} dispute={named} link={props.link} />
          </Fragment>
        );
      })}
    </div>
  );
}

/** Whether all that an arbiter said is by the one who has it now: entries do not name them. */
function oneArbiter(entries: readonly Entry[]): boolean {
  const taken = entries.filter(({ act }) => act === "assign").length;
  return (
    taken < 2 && !entries.some(({ act, phase }) => act === "hand_over" || phase === "escalated" || phase === "admin")
  );
}

function One({ entry, dispute, link }: { entry: Entry; dispute: Card; link: Link }) {
  const note = noteOf(entry, dispute);
  const said = entry.text !== "" || entry.attachments.length > 0;
  const decided = entry.act === "rule";
  return (
    <>
      {(said || decided) && <Said entry={entry} dispute={dispute} link={link} />}
      {note && (
        <p class="chat-note">
          <Icon name={entry.act === "answer" || entry.act === "assign" ? "scale" : "clock"} />
          <span>
            {clock(entry.at)} · {note}
          </span>
        </p>
      )}
    </>
  );
}

/** Words of somebody, with files: of a side a bubble, of those who decide a block that stands out. */
function Said({ entry, dispute, link }: { entry: Entry; dispute: Card; link: Link }) {
  const staff = entry.by === "arbiter" || entry.by === "admin";
  const own = !staff && entry.by === dispute.role;
  return (
    <article class={`msg${own ? " msg-me" : ""}${staff ? " msg-arb" : ""}`} id={`entry-${entry.id}`}>
      <p class="who">
        {staff && <Icon name="scale" />}
        {headOf(entry, dispute)}
      </p>
      {entry.act === "rule" && entry.split && (
        <SplitBar split={entry.split} reader={sideOf(dispute) ?? "staff"} goods={entry.keeps_goods} />
      )}
      {entry.text && <p class="msg-text">{entry.text}</p>}
      <FileList files={entry.attachments} own={own} link={link} />
      <footer>
        <time dateTime={entry.at}>{clock(entry.at)}</time>
      </footer>
    </article>
  );
}

/** Who it was, as a name. */
function whoOf(entry: Entry, dispute: Card): string {
  const { staff } = t().disputes.thread;
  switch (entry.by) {
    case "customer":
    case "performer":
      return nameOf(dispute, entry.by);
    case "arbiter":
      return staff.arbiter(dispute.arbiter_name ?? "");
    case "admin":
      return staff.admin;
    default:
      return staff.service;
  }
}

/** Above the words: who says it, and as what. */
export function headOf(entry: Entry, dispute: Card): string {
  const words = t().disputes.thread;
  const who = whoOf(entry, dispute);
  if (entry.act === "rule") return words.verdict(who);
  if (entry.act === "question") return asksOf(entry, dispute, who);
  const head = { open: words.head.open, answer: words.head.answer, propose: words.head.offer }[
    entry.act as "open" | "answer" | "propose"
  ];
  if (entry.by === dispute.role) return head?.you ?? words.you;
  return head?.other(who) ?? who;
}

function asksOf({ asked }: Entry, dispute: Card, who: string): string {
  const words = t().disputes.thread.asks;
  const [first] = asked;
  if (asked.length !== 1 || !first) return words.both(who);
  return first === sideOf(dispute) ? words.you(who) : words.one(who, first);
}

/** What an act did, where its words alone do not say it; null: they do. */
export function noteOf(entry: Entry, dispute: Card): string | null {
  const words = t().disputes.thread;
  const { split } = entry;
  const sums = split ? t().disputes.split.said(money(split.to_customer), money(split.to_performer)) : "";
  const goods = entry.keeps_goods === null ? "" : goodsWords(entry.keeps_goods, sideOf(dispute) ?? "staff");
  const parts = goods ? `${sums}. ${goods}` : sums;
  switch (entry.act) {
    case "answer":
      return words.answered;
    case "assign":
      return words.assign(dispute.arbiter_name ?? "");
    case "hand_over":
      return words.handOver;
    case "propose":
      if (entry.by === dispute.role) return words.propose.you(parts);
      return entry.by === "customer" ? words.propose.customer(parts) : words.propose.performer(parts);
    case "decline":
      return words.decline;
    case "agree":
      return words.agree(parts);
    case "withdraw":
      return words.withdraw;
    case "lapse":
      return lapsed(entry, parts);
    default:
      return null;
  }
}

function lapsed({ phase }: Entry, parts: string): string | null {
  const words = t().disputes.thread.lapse;
  if (phase === "decided") return words.decided(parts);
  return phase === "arbitration" || phase === "escalated" || phase === "admin" ? words[phase] : null;
}
