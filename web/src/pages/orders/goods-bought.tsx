/** The files and links of an order, for its two sides (R77, R78, D10, D26): each file by a link that is asked for as it is pressed. */
import type { Schemas } from "../../api/client.ts";
import { FileRow, LinkRow, OutwardLink } from "../../files/file-row.tsx";
import type { GoodsSource } from "../../files/goods-source.ts";
import { isHeld, useRecheck } from "../../files/scans.ts";
import { plural, t } from "../../i18n/index.ts";
import { useFresh } from "../../state/fresh.ts";
import { useMutation, useQuery } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemBanner } from "../../ui/notices.tsx";

type Good = Schemas["GoodView"];

/** `of`: read anew when it changes. `labelledBy`: the id of the heading above. */
export function GoodsBought({
  source,
  of,
  labelledBy,
  own = false,
  watch = false,
}: {
  source: GoodsSource;
  of: string;
  labelledBy: string;
  /** The reader sells them, and has them whatever a scan says. */
  own?: boolean;
  /** The page looks again while a file is being checked. Not where each reading is logged. */
  watch?: boolean;
}) {
  const words = t().files;
  const goods = useQuery(source.read, [of]);
  useFresh(goods.reload);
  useRecheck((watch && goods.data?.files) || [], goods.data, goods.reload);
  // To a customer whose access a dispute has ended, also while they look.
  if (goods.problem?.code === "wrong_state") return <p class="goods-note muted">{words.closed}</p>;
  if (!goods.data && !goods.problem) return <Shape />;
  return (
    <>
      {goods.problem && (
        <div class="goods-note">
          <ProblemBanner problem={goods.problem} retry={goods.reload} />
        </div>
      )}
      {goods.data && (
        <ul class="goods" aria-labelledby={labelledBy}>
          {goods.data.files.map((file) => (
            <Row key={file.id} file={file} off={!own && isHeld(file.scan)} link={source.link} onTaken={goods.reload} />
          ))}
          {goods.data.links.map((url) => (
            <LinkRow key={url}>
              <OutwardLink url={url} />
            </LinkRow>
          ))}
        </ul>
      )}
    </>
  );
}

function Shape() {
  return (
    <div class="goods-note stack stack-s" role="status" aria-busy="true">
      <span class="sr">{t().common.loading}</span>
      <div class="skeleton sk-2" aria-hidden="true" />
      <div class="skeleton sk-3" aria-hidden="true" />
    </div>
  );
}

function Row({
  file,
  off,
  link,
  onTaken,
}: {
  file: Good;
  off: boolean;
  link: GoodsSource["link"];
  onTaken: () => void;
}) {
  const words = t().files;
  const fetched = useMutation(async () => {
    location.assign(await link(file.id));
    onTaken();
  });
  const times = plural(file.given, words.times);
  return (
    <FileRow
      file={file}
      said={`${t().work.thread.scans[file.scan]} · ${file.given > 0 ? words.given(times) : words.notGiven}`}
    >
      <Button
        icon="download"
        class="good-act"
        label={words.downloadOf(file.name)}
        busy={fetched.busy}
        off={off}
        onPress={fetched.run}
      >
        <span class="good-word">{words.download}</span>
      </Button>
      {fetched.problem && (
        <div class="good-problem">
          <ProblemBanner
            problem={fetched.problem}
            {...(fetched.problem.code !== "infected" && { retry: fetched.run })}
          />
        </div>
      )}
    </FileRow>
  );
}
