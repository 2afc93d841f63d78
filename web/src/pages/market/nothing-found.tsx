/** That nothing was found, why, and what would be found otherwise (E1). */
import { t } from "../../i18n/index.ts";
import { kindShows, waysOut } from "../../market/facets.ts";
import { ANY, type Filter, filtersOf, KIND_ICON, KINDS, NO_FILTERS, ofKind, toSearch } from "../../market/finding.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Empty } from "../../ui/notices.tsx";
import { type Asking, Shows } from "./find-filters.tsx";

/** What was asked. `searchable`: there was something to look for in the words. */
export function NothingFound({ asked, facets, searchable, ask }: Asking & { searchable: boolean }) {
  const words = t().find.empty;
  const ways = searchable ? waysOut(asked, facets) : [];
  const narrowest: Filter | undefined = ways[0]?.filter;
  const why = !searchable ? words.unsaid(asked.q) : asked.q ? words.words(asked.q) : words.plain;
  // What was pressed goes with the answer: the focus waits where that will be.
  const go = (part: Parameters<typeof ask>[0]) => {
    document.getElementById("found")?.focus({ preventScroll: true });
    ask(part);
  };
  return (
    <Empty
      icon="search"
      title={words.title}
      act={
        <div class="row empty-ways">
          {ways.map(({ filter, twips }) => (
            <Button key={filter} onPress={() => go(ANY[filter])}>
              {t().find.any[filter]}
              <Shows twips={twips} />
            </Button>
          ))}
          {ways.length === 0 && filtersOf(asked).length > 0 && (
            <Button onPress={() => go(NO_FILTERS)}>{t().find.clear}</Button>
          )}
          {searchable &&
            asked.q &&
            KINDS.filter((kind) => kind !== asked.kind && kindShows(asked, facets, kind) !== 0).map((kind) => (
              <ButtonLink key={kind} look="quiet" icon={KIND_ICON[kind]} href={`/${toSearch(ofKind(asked, kind))}`}>
                {words.look[kind]}
                <Shows twips={kindShows(asked, facets, kind)} />
              </ButtonLink>
            ))}
          {asked.q && <Button onPress={() => go({ q: "" })}>{words.dropWords}</Button>}
        </div>
      }
    >
      {narrowest ? words.why[narrowest] : why}
    </Empty>
  );
}
