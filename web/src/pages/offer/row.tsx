/** A twip of one's own in a list, with its states and what can be done about it (D2). */
import { answered, api } from "../../api/client.ts";
import { lang, t } from "../../i18n/index.ts";
import { KIND_ICON } from "../../market/finding.ts";
import { refreshProfile } from "../../state/me.ts";
import { useMutation } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { ProblemBanner, toast } from "../../ui/notices.tsx";
import { ContentPrices } from "../../ui/price.tsx";
import { LANGS, MODES, type StateName, statesOf, type TwipView } from "./form.ts";

const TONES: Record<StateName, string> = {
  draft: "",
  pending: " badge-accent",
  rejected: " badge-bad",
  on_sale: " badge-good",
  withdrawn: " badge-warn",
  revisionDraft: "",
  revisionPending: " badge-accent",
  revisionRejected: " badge-bad",
};

export function States({ twip }: { twip: Pick<TwipView, "sale" | "review"> }) {
  return (
    <>
      {statesOf(twip).map((state) => (
        <span key={state} class={`badge${TONES[state]}`}>
          {t().offer.states[state]}
        </span>
      ))}
    </>
  );
}

/** Why it was given back; it is said until the next submission, also while one is changing it. */
export function Reason({ twip }: { twip: TwipView }) {
  if (!twip.reason || twip.review === "pending" || twip.review === "none") return null;
  const words = t().offer;
  return (
    <div class="banner banner-warn">
      <Icon name="triangle-alert" />
      <div>
        <b>{words.reason}</b>
        <p class="reason">{twip.reason}</p>
        <p class="small">{words.reasonNext}</p>
      </div>
    </div>
  );
}

/** Off the market and back on it. */
export function usePlacing(twip: TwipView, onChange: (twip: TwipView) => void) {
  return useMutation(async () => {
    const params = { path: { twip_id: twip.id } };
    const leaves = twip.sale === "on_sale";
    onChange(
      await answered(
        leaves ? api.POST("/twips/{twip_id}/withdraw", { params }) : api.POST("/twips/{twip_id}/restore", { params }),
      ),
    );
    toast(leaves ? t().offer.withdrawn : t().offer.restored);
    // With the last consultation goes the status, with the first one it can be set (R18, D4).
    void refreshProfile();
  });
}

export function TwipRow({ twip, onChange }: { twip: TwipView; onChange: (twip: TwipView) => void }) {
  const words = t().offer;
  const place = usePlacing(twip, onChange);
  const content = twip.draft ?? twip.published;
  const shown = [lang(), ...LANGS].find((it) => content?.texts[it]?.title);
  const title = shown && content?.texts[shown]?.title;
  const sold = twip.published ?? twip.draft;
  const revised = twip.published && twip.draft && !sameCost(twip.published, twip.draft) ? twip.draft : null;
  return (
    <article class="card mine-row">
      <div class="stack stack-s">
        <h2 class="mine-name" lang={shown === lang() ? undefined : shown}>
          <a class="mine-title" href={`/add/${twip.id}`}>
            <Icon name={KIND_ICON[twip.kind]} />
            <span>{title ?? words.untitled}</span>
          </a>
        </h2>
        <p class="row">
          <States twip={twip} />
        </p>
        <p class="row mine-prices">
          <Prices content={sold} />
        </p>
        {revised && (
          <p class="row mine-prices small muted">
            <span>{words.inRevision}:</span>
            <Prices content={revised} />
          </p>
        )}
      </div>
      <div class="row mine-acts">
        <ButtonLink icon="pencil" href={`/add/${twip.id}`}>
          {words.edit}
        </ButtonLink>
        {twip.sale !== "unpublished" && (
          <Button look="quiet" busy={place.busy} onPress={place.run}>
            {twip.sale === "on_sale" ? words.withdraw : words.restore}
          </Button>
        )}
      </div>
      <ProblemBanner problem={place.problem} />
      <Reason twip={twip} />
    </article>
  );
}

type Content = NonNullable<TwipView["draft"]>;

function sameCost(one: Content, other: Content): boolean {
  return (
    MODES.every((mode) => one.prices[mode]?.amount_minor === other.prices[mode]?.amount_minor) &&
    one.work?.price?.amount_minor === other.work?.price?.amount_minor &&
    one.work?.days === other.work?.days &&
    one.files?.price?.amount_minor === other.files?.price?.amount_minor
  );
}

function Prices({ content }: { content: Content | null }) {
  const named = content && (MODES.some((mode) => content.prices[mode]) || content.work || content.files?.price);
  return named ? <ContentPrices content={content} /> : <span class="small muted">{t().offer.noPrice}</span>;
}
