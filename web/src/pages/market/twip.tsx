/** A twip's page: who offers what, when, and for how much, with an order button beside each price (R16, R25, R26, R33). */
import { useEffect } from "preact/hooks";
import { useRoute } from "preact-iso";
import { answered, api, type Schemas } from "../../api/client.ts";
import { lang, languages, t } from "../../i18n/index.ts";
import { KIND_ICON } from "../../market/finding.ts";
import { useOwnPage, useServed } from "../../market/served.ts";
import { paragraphs } from "../../market/texts.ts";
import { useTitle } from "../../shell/page.tsx";
import { socket } from "../../socket/socket.ts";
import { useFresh } from "../../state/fresh.ts";
import { me, profile } from "../../state/me.ts";
import { useQuery } from "../../state/query.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Heart } from "../../ui/heart.tsx";
import { Hours } from "../../ui/hours.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Banner, Empty, ProblemBanner } from "../../ui/notices.tsx";
import { PageSkeleton } from "../../ui/page-skeleton.tsx";
import { Avatar, dotOf } from "../../ui/person.tsx";
import { Rating } from "../../ui/rating.tsx";
import { Goods } from "./goods-shown.tsx";
import { Offers } from "./offers.tsx";
import { ofTwip, Reviews } from "./reviews.tsx";
import "../../styles/market.css";
import "../../styles/reviews.css";

const PRESENCE_MS = 30_000;

type Twip = Schemas["TwipPageView"];

export default function TwipPage() {
  const { id = "" } = useRoute().params;
  // What one sees depends on who one is: an author's draft is nobody else's.
  return me.value === undefined ? <PageSkeleton /> : <Found key={id} id={id} />;
}

function Found({ id }: { id: string }) {
  useServed();
  const twip = useQuery(
    () => answered(api.GET("/twips/{twip_id}", { params: { path: { twip_id: id } } })),
    [lang(), me.value?.id],
  );
  useFresh(twip.reload, PRESENCE_MS);
  // One's own presence follows what one does here: opening the site, choosing a status.
  const mine = !!me.value && twip.data?.performer.id === me.value.id;
  const here = mine && `${socket.state.value} ${profile.value?.status}`;
  useEffect(() => {
    if (here) twip.reload();
  }, [here]);
  if (twip.problem?.code === "not_found" && !twip.loading) return <Gone />;
  if (!twip.data) {
    if (!twip.problem || twip.problem.code === "not_found") return <PageSkeleton />;
    return <ProblemBanner problem={twip.problem} retry={twip.reload} />;
  }
  return (
    <>
      {twip.problem && <ProblemBanner problem={twip.problem} retry={twip.reload} />}
      <Page twip={twip.data} />
    </>
  );
}

function Gone() {
  const words = t().market.gone;
  useTitle(words.title);
  useOwnPage();
  return (
    <Empty whole icon="search" title={words.title} act={<ButtonLink href="/">{words.way}</ButtonLink>}>
      {words.text}
    </Empty>
  );
}

function Page({ twip }: { twip: Twip }) {
  const words = t().market;
  const mine = me.value?.id === twip.performer.id;
  const content = twip.content ?? twip.revision?.draft ?? null;
  const texts: Partial<Record<string, Schemas["TextView"]>> = content?.texts ?? {};
  const shown = texts[twip.shown_in ?? lang()] ?? Object.values(texts)[0];
  const foreign = twip.foreign && twip.shown_in ? twip.shown_in : undefined;
  const title = shown?.title || t().market.kinds[twip.kind];
  const [lead, ...rest] = paragraphs(shown?.description ?? "");
  useTitle(title);
  useOwnPage();
  return (
    <>
      <Standing twip={twip} mine={mine} />
      <div class="two two-aside">
        <div class="stack stack-l">
          <div class="stack stack-s">
            <p class="row">
              <span class="badge badge-accent">
                <Icon name={KIND_ICON[twip.kind]} />
                {words.kinds[twip.kind]}
              </span>
              {content && content.languages.length > 0 && (
                <span class="badge">
                  <Icon name="globe" />
                  {foreign ? t().common.onlyIn[foreign] : languages(content.languages)}
                </span>
              )}
            </p>
            <h1 lang={foreign}>{title}</h1>
          </div>
          <div class="row">
            <Avatar
              id={twip.performer.id}
              name={twip.performer.display_name}
              size="l"
              {...(twip.kind === "consultation" && { dot: dotOf(twip.performer) })}
            />
            <div>
              <p>
                <a class="strong" href={`/performers/${twip.performer.id}`}>
                  {twip.performer.display_name}
                </a>
              </p>
              <p class="small">
                <Rating rating={twip.performer.rating} full />
              </p>
            </div>
          </div>
          {lead && (
            <p class="lead prose" lang={foreign}>
              {lead}
            </p>
          )}
          {rest.map((part, n) => (
            <p class="prose" lang={foreign} key={n}>
              {part}
            </p>
          ))}
        </div>
        <aside class="card sticky" aria-label={words.aside}>
          <Offers twip={twip} content={content} mine={mine} />
          {!mine && twip.sale === "on_sale" && (
            <p class="aside-heart">
              <Heart kind="twips" id={twip.id} name={title} />
            </p>
          )}
        </aside>
        <div class="stack stack-l">
          {twip.kind === "consultation" && (
            <section class="stack" aria-labelledby="hours">
              <h2 id="hours">{words.hours.title}</h2>
              <Hours hours={twip.performer.hours} />
            </section>
          )}
          {content?.files && <Goods goods={content.files} />}
          {shown?.bring && (
            <section class="stack stack-s" aria-labelledby="bring">
              <h2 id="bring">{words.work.bring}</h2>
              {paragraphs(shown.bring).map((part, n) => (
                <p class="prose" lang={foreign} key={n}>
                  {part}
                </p>
              ))}
            </section>
          )}
          {twip.content && (
            <section class="stack stack-s" id="reviews" aria-labelledby="rv">
              <h2 id="rv">{t().reviews.title}</h2>
              <Reviews of={twip.id} rating={twip.performer.rating} read={ofTwip(twip.id)} />
            </section>
          )}
        </div>
      </div>
    </>
  );
}

/** What is special about it: one's own, not published, off the market. */
function Standing({ twip, mine }: { twip: Twip; mine: boolean }) {
  const words = t().market;
  const edit = mine && <ButtonLink href={`/twips/${twip.id}/edit`}>{words.edit}</ButtonLink>;
  if (twip.sale === "withdrawn") {
    return (
      <div class="twip-standing">
        <Banner tone="warn" act={edit}>
          {mine ? words.withdrawnOwn : twip.kind === "files" ? words.files.withdrawn : words.withdrawn}
        </Banner>
      </div>
    );
  }
  if (!twip.content && twip.revision) {
    const reason = twip.revision.reason;
    return (
      <div class="twip-standing">
        <Banner tone="warn" act={edit}>
          {words.unpublished[twip.revision.review]} {reason && <b>{reason}</b>}
        </Banner>
      </div>
    );
  }
  if (!mine) return null;
  return (
    <div class="twip-standing">
      <Banner tone="info" act={edit}>
        {words.own}
      </Banner>
    </div>
  );
}
