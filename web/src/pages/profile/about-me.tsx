/** What one says of oneself on one's public page, in one language or both (E4, R7). */
import { useState } from "preact/hooks";
import { answered, api, type Schemas } from "../../api/client.ts";
import { type Lang, t } from "../../i18n/index.ts";
import { length } from "../../i18n/seen.ts";
import { me } from "../../state/me.ts";
import { useMutation, useQuery } from "../../state/query.ts";
import { keepUnsaved, unsavedOf } from "../../state/unsaved.ts";
import { Button } from "../../ui/button.tsx";
import { Counted, tooLong } from "../../ui/counted.tsx";
import { TextArea, TextField } from "../../ui/field.tsx";
import { fieldWords, ProblemBanner, Skeleton, toast } from "../../ui/notices.tsx";

const PROFESSION_MOST = 80;
const ABOUT_MOST = 2000;
const EMPTY = { profession: "", about: "" };

type Texts = Record<Lang, Schemas["SaidOfSelf"]>;

export function AboutMe({ id }: { id: string }) {
  const read = useQuery(() => answered(api.GET("/users/{user_id}", { params: { path: { user_id: id } } })), [id]);
  if (!read.data) {
    return read.problem ? <ProblemBanner problem={read.problem} retry={read.reload} /> : <Skeleton cards={1} />;
  }
  return <Form id={id} saved={textsOf(read.data.texts)} put={read.put} />;
}

function textsOf(texts: Partial<Texts>): Texts {
  return { ru: texts.ru ?? EMPTY, en: texts.en ?? EMPTY };
}

function Form({ id, saved, put }: { id: string; saved: Texts; put: (page: Schemas["IntroductionView"]) => void }) {
  const words = t().performer.form;
  const base = JSON.stringify(saved);
  const [texts, setTexts] = useState(() => {
    // What was written before a call or a reload, unless something else was saved meanwhile.
    const before = unsavedOf<Texts>("about");
    return before?.base === base ? before.value : saved;
  });
  const write = (next: Texts) => {
    setTexts(next);
    keepUnsaved("about", JSON.stringify(next) === base ? null : { base, value: next });
  };
  const save = useMutation(async () => {
    const page = await answered(api.PUT("/me/about", { body: { texts } }));
    put(page);
    write(textsOf(page.texts));
    keepUnsaved("about", null);
    toast(words.saved);
  });
  const changed = JSON.stringify(texts) !== base;
  // One's own language comes first.
  const langs: Lang[] = me.value?.lang === "en" ? ["en", "ru"] : ["ru", "en"];
  const fault = (field: string) => {
    const found = save.problem?.fields.find((it) => it.field === field);
    return found && (found.code === "no_links" ? words.noLinks : fieldWords(found));
  };
  return (
    <form
      class="card stack"
      aria-labelledby="my-page"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) save.run();
      }}
    >
      <div class="row between">
        <h2 id="my-page">{words.title}</h2>
        <a href={`/performers/${id}`}>{words.see}</a>
      </div>
      <p class="small muted">{words.note}</p>
      <ProblemBanner problem={save.problem} />
      <div class="about-two">
        {langs.map((it) => (
          <fieldset class="stack" key={it}>
            <legend class="legend">{words.inLanguage[it]}</legend>
            <Counted count={length(texts[it].profession)} most={PROFESSION_MOST}>
              <TextField
                label={words.profession}
                name={`texts.${it}.profession`}
                lang={it}
                hint={words.professionHint}
                autocomplete="off"
                value={texts[it].profession}
                onInput={(profession) => {
                  write({ ...texts, [it]: { ...texts[it], profession } });
                  save.clear();
                }}
                error={tooLong(texts[it].profession, PROFESSION_MOST) ?? fault(`texts.${it}.profession`)}
              />
            </Counted>
            <Counted count={length(texts[it].about)} most={ABOUT_MOST}>
              <TextArea
                label={words.about}
                name={`texts.${it}.about`}
                lang={it}
                rows={6}
                hint={words.aboutHint}
                value={texts[it].about}
                onInput={(about) => {
                  write({ ...texts, [it]: { ...texts[it], about } });
                  save.clear();
                }}
                error={tooLong(texts[it].about, ABOUT_MOST) ?? fault(`texts.${it}.about`)}
              />
            </Counted>
          </fieldset>
        ))}
      </div>
      <div class="row">
        <Button submit busy={save.busy} off={!changed}>
          {words.save}
        </Button>
        {changed && <span class="badge badge-warn">{t().profile.unsaved}</span>}
      </div>
    </form>
  );
}
