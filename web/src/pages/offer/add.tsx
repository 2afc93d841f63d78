/** Adding a twip (R4): the author's own first, if there are any, then a new one. */
import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { answered, api } from "../../api/client.ts";
import { t } from "../../i18n/index.ts";
import { KIND_ICON, KINDS } from "../../market/finding.ts";
import { Head, SignedIn } from "../../shell/page.tsx";
import { me } from "../../state/me.ts";
import { usePages, useQuery } from "../../state/query.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Empty, ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { Editor } from "./editor.tsx";
import { TwipRow } from "./row.tsx";
import "../../styles/offer.css";

/** `/add`, `/add/new`, `/add/<id>`. The address in the moderator's mail, `/twips/<id>/edit`, means the last one. */
export default function AddPage({ id }: { id?: string }) {
  // The page on which a draft was begun stays when the draft gets its address.
  const [made, setMade] = useState<string | null>(null);
  const { path, route } = useLocation();
  const mailed = path.startsWith("/twips/");
  useEffect(() => {
    if (mailed) route(`/add/${id}`, true);
  }, [mailed]);
  useEffect(() => {
    if (id !== made) setMade(null);
  }, [id]);
  const begun = id === "new" || (id !== undefined && id === made);
  return (
    <SignedIn>
      {id === undefined && <MyTwips />}
      {begun && <Beginning key="new" onMade={setMade} begun={made !== null} />}
      {id !== undefined && !begun && <Kept key={id} id={id} />}
    </SignedIn>
  );
}

function MyTwips() {
  const { route } = useLocation();
  const words = t().offer;
  const mine = usePages(
    (cursor) => answered(api.GET("/me/twips", { params: { query: cursor ? { cursor } : {} } })),
    [me.value?.id],
  );
  const none = mine.data?.length === 0;
  useEffect(() => {
    if (none) route("/add/new", true);
  }, [none]);
  const replace = (changed: NonNullable<typeof mine.data>[number]) =>
    mine.put((mine.data ?? []).map((it) => (it.id === changed.id ? changed : it)));
  return (
    <div class="stack stack-l">
      <section class="stack my-twips">
        <Head title={words.mine} />
        <ProblemBanner problem={mine.problem} retry={mine.reload} />
        {(none || (!mine.data && !mine.problem)) && <Skeleton />}
        {mine.data && !none && (
          <ul class="mine" aria-busy={mine.loading}>
            {mine.data.map((twip) => (
              <li key={twip.id}>
                <TwipRow twip={twip} onChange={replace} />
              </li>
            ))}
          </ul>
        )}
        {mine.more && (
          <Button onPress={mine.more} busy={mine.loadingMore}>
            {t().common.more}
          </Button>
        )}
      </section>
      {mine.data && !none && (
        <section class="stack" aria-labelledby="fresh">
          <h2 id="fresh">{words.fresh}</h2>
          <ul class="kinds offer-kinds">
            {KINDS.map((kind) => (
              <li key={kind}>
                <a class="kind" href={`/add/new?kind=${kind}`}>
                  <Icon name={KIND_ICON[kind]} large />
                  <span>
                    <b>{t().common.kinds[kind].name}</b>
                    <span>{t().common.kinds[kind].hint}</span>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Beginning({ onMade, begun }: { onMade: (id: string) => void; begun: boolean }) {
  const words = t().offer;
  const { query } = useLocation();
  return (
    <div class="offer-page">
      <Back />
      <Head title={begun ? words.editing : words.fresh} />
      <Editor twip={null} kind={KINDS.find((it) => it === query.kind)} onMade={onMade} />
    </div>
  );
}

function Kept({ id }: { id: string }) {
  const words = t().offer;
  const found = useQuery(() => answered(api.GET("/twips/{twip_id}", { params: { path: { twip_id: id } } })), [id]);
  const twip = found.data?.revision;
  const own = twip && twip.author_id === me.value?.id;
  if (found.data && !own) {
    return (
      <div class="offer-page">
        <Head title={words.editing} />
        <Empty icon="lock" title={words.foreign.title} act={<ButtonLink href="/add">{words.foreign.way}</ButtonLink>} />
      </div>
    );
  }
  return (
    <div class="offer-page">
      <Back />
      <Head title={twip?.published ? words.revising : words.editing} />
      <ProblemBanner problem={found.problem} retry={found.reload} />
      {!found.data && !found.problem && <Skeleton cards={2} />}
      {twip && <Editor twip={twip} />}
    </div>
  );
}

function Back() {
  return (
    <a class="back small" href="/add">
      <Icon name="arrow-left" />
      {t().offer.mine}
    </a>
  );
}
