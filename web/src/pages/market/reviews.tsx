/** What customers say, newest first: of a twip, or of a performer (D24, E4). */
import { answered, api, type Schemas } from "../../api/client.ts";
import { day, t } from "../../i18n/index.ts";
import { usePages } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemBanner, Skeleton } from "../../ui/notices.tsx";
import { Stars } from "../../ui/rating.tsx";

const AT_ONCE = 10;

type Said = Schemas["SaidView"];

export const ofTwip = (twip_id: string) => (cursor: string | undefined) =>
  answered(api.GET("/twips/{twip_id}/reviews", { params: { path: { twip_id }, query: asked(cursor) } }));

export const ofPerformer = (user_id: string) => (cursor: string | undefined) =>
  answered(api.GET("/users/{user_id}/reviews", { params: { path: { user_id }, query: asked(cursor) } }));

function asked(cursor: string | undefined) {
  return { limit: AT_ONCE, ...(cursor ? { cursor } : {}) };
}

/** A list of them, with the way to more. `of` is whose they are; `kinds`: they are of several kinds. Whenever the performer's rating is
 * another one, somebody has written or changed one: they are read again. */
export function Reviews(props: {
  of: string;
  rating: Schemas["RatingView"];
  read: ReturnType<typeof ofTwip>;
  kinds?: boolean;
}) {
  const { stars, reviews } = props.rating;
  const found = usePages(props.read, [props.of, stars, reviews]);
  const words = t().reviews;
  return (
    <>
      <ProblemBanner problem={found.problem} retry={found.reload} />
      {!found.data && !found.problem && <Skeleton cards={2} />}
      {found.data?.length === 0 && <p class="muted">{words.noReviews}</p>}
      {found.data && found.data.length > 0 && (
        <ul class="reviews">
          {found.data.map((review) => (
            <li key={review.id}>
              <Review
                said={review}
                author={review.author_name ?? words.someone}
                {...(props.kinds && { kind: review.kind })}
              />
            </li>
          ))}
        </ul>
      )}
      {found.more && (
        <Button onPress={found.more} busy={found.loadingMore}>
          {t().common.more}
        </Button>
      )}
    </>
  );
}

/** One review with the reply to it. */
export function Review({ said, author, kind }: { said: Said; author?: string; kind?: Schemas["TwipKind"] }) {
  const words = t().reviews;
  return (
    <article class="review">
      <p class="row">
        <Stars count={said.stars} />
        {author && <span class="strong">{author}</span>}
        <time class="small muted" dateTime={said.at}>
          {day(said.at)}
        </time>
        {said.changed_at && <span class="small muted">{words.changed(day(said.changed_at))}</span>}
        {kind && <span class="small muted">{t().market.kinds[kind]}</span>}
      </p>
      <p class="prose">{said.text}</p>
      {said.reply && (
        <p class="reply small prose">
          <b>{words.replyOf}</b> {said.reply.text}
        </p>
      )}
    </article>
  );
}
