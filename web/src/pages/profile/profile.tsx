/** One's own page: status, hours, name and language, and the ways out (R13 to R23, D4, E16). */
import { effect, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { asProblem, demand, Problem } from "../../api/problem.ts";
import { type Lang, plural, t } from "../../i18n/index.ts";
import { STATUS_DOT } from "../../shell/header.tsx";
import { Head, SignedIn } from "../../shell/page.tsx";
import {
  canSetStatus,
  editMe,
  isStaff,
  me,
  profile,
  refreshProfile,
  type Status,
  setHours,
  setStatus,
  signOut,
} from "../../state/me.ts";
import { useMutation, useQuery } from "../../state/query.ts";
import { keepUnsaved, unsavedOf } from "../../state/unsaved.ts";
import { ownZone } from "../../state/zone.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { errorAt, Select, TextField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { useLeaveGuard } from "../../ui/leaving.tsx";
import { LiveText } from "../../ui/live-text.tsx";
import { Banner, ProblemBanner, problemWords, Skeleton, toast } from "../../ui/notices.tsx";
import { AboutMe } from "./about-me.tsx";
import { filled, gridOf, rowsOf } from "./grid.ts";
import { placeOf } from "./places.ts";
import { Week } from "./week.tsx";
import { ZonePicker } from "./zone-picker.tsx";
import "../../styles/profile.css";

const STATUSES: readonly Status[] = ["available", "away", "busy", "undefined"];

export default function ProfilePage() {
  const words = t().profile;
  const read = useQuery(async () => {
    if (!me.value) return;
    await refreshProfile();
    if (!profile.value) throw new Problem("unavailable");
  }, [me.value?.id]);
  return (
    <SignedIn>
      <div class="stack stack-l profile">
        <Head title={words.title} />
        {profile.value ? (
          <>
            <StatusCards />
            <HoursCard key={profile.value.id} />
            <AboutMe key={`about ${profile.value.id}`} id={profile.value.id} />
          </>
        ) : read.problem ? (
          <ProblemBanner problem={read.problem} retry={read.reload} />
        ) : (
          <Skeleton cards={2} />
        )}
        <div class="profile-two">
          <About />
          <Ways />
        </div>
      </div>
    </SignedIn>
  );
}

/** How one can be called (R18 to R23). It says why it cannot be set. Of several presses the last one counts. */
function StatusCards() {
  const words = t().common.status;
  const status = profile.value?.status ?? "undefined";
  const [wanted, setWanted] = useState<Status | null>(null);
  const last = useRef<Status>(status);
  const busy = useRef(false);
  const choose = async (to: Status) => {
    last.current = to;
    setWanted(to);
    if (busy.current) return;
    busy.current = true;
    try {
      let now: Status;
      do {
        now = last.current;
        await setStatus(now);
      } while (last.current !== now);
    } catch (error) {
      toast(problemWords(asProblem(error)), "circle-alert");
      void refreshProfile();
    } finally {
      busy.current = false;
      setWanted(null);
    }
  };
  const closed = canSetStatus.value === false;
  return (
    <fieldset class="stack stack-s" disabled={!canSetStatus.value} aria-describedby="status-note">
      <legend class="legend">{t().profile.status}</legend>
      <div class="statuses">
        {STATUSES.map((it) => (
          <label key={it}>
            <input type="radio" name="status" checked={(wanted ?? status) === it} onChange={() => void choose(it)} />
            <span class={`dot dot-${STATUS_DOT[it]}`} />
            <span class="strong">{words[it]}</span>
            <small>{words.hints[it]}</small>
          </label>
        ))}
      </div>
      <div id="status-note">
        {closed ? (
          <Banner tone="info" act={<ButtonLink href="/add">{words.addTwip}</ButtonLink>}>
            {words.needsTwip}
          </Banner>
        ) : (
          <p class="xs muted">{t().profile.statusNote}</p>
        )}
      </div>
    </fieldset>
  );
}

/** The weekly grid and its zone. Nothing is kept before one says so. */
function HoursCard() {
  const words = t().profile;
  const hours = profile.value?.hours;
  const saved = gridOf(hours?.grid ?? []);
  // Whoever has no hours yet paints them by the clock of this device. Empty: where that is no place, one is asked.
  const savedPlace = placeOf(hours && filled(saved) > 0 ? hours.zone : ownZone()) ?? "";
  // What was painted before a call or a reload, unless other hours were saved meanwhile.
  const [before] = useState(() => {
    const found = unsavedOf<{ grid: string; zone: string }>("hours");
    return found?.base === saved ? found.value : undefined;
  });
  const grid = useSignal(before?.grid ?? saved);
  const [place, setPlace] = useState(placeOf(before?.zone) ?? savedPlace);
  const kept = useSignal(saved);
  // Hours that were changed in another tab come in as long as nothing is painted here.
  useEffect(() => {
    if (grid.peek() === kept.peek()) grid.value = saved;
    kept.value = saved;
  }, [saved]);
  const placeSeen = useRef(savedPlace);
  useEffect(() => {
    if (placeSeen.current !== savedPlace && filled(saved) > 0) setPlace(savedPlace);
    placeSeen.current = savedPlace;
  }, [savedPlace]);
  // A place alone says nothing to anybody.
  const moved = filled(saved) > 0 && place !== savedPlace;
  const changed = useComputed(() => grid.value !== kept.value).value || moved;
  const save = useMutation(async () => {
    demand({ zone: place });
    await setHours(rowsOf(grid.peek()), place);
    toast(words.hoursSaved);
  });
  // Read in an effect of its own: a card that followed the grid would be drawn anew with each cell.
  useEffect(
    () =>
      effect(() => {
        const unsaved = moved || grid.value !== kept.value;
        keepUnsaved("hours", unsaved ? { base: saved, value: { grid: grid.value, zone: place } } : null);
      }),
    [moved, place, saved],
  );
  const guard = useLeaveGuard(changed && !save.busy, () => keepUnsaved("hours", null));
  return (
    <section class="card stack" aria-labelledby="hours">
      <div class="row between">
        <h2 id="hours">{words.hours}</h2>
        <ZonePicker
          place={place}
          error={errorAt(save.problem, "zone")}
          onChange={(chosen) => {
            setPlace(chosen);
            save.clear();
          }}
        />
      </div>
      <p class="small muted">
        {words.hoursNote} <span class="how-mouse">{words.how}</span>
        <span class="how-touch">{words.howTouch}</span>
      </p>
      <Week grid={grid} />
      <ProblemBanner problem={save.problem} />
      <div class="row between">
        <Sum grid={grid} unsaved={changed} />
        <div class="row">
          <Button
            icon="undo-2"
            off={!changed}
            onPress={() => {
              grid.value = kept.peek();
              setPlace(savedPlace);
            }}
          >
            {words.undo}
          </Button>
          <Button look="primary" busy={save.busy} off={!changed} onPress={save.run}>
            {words.saveHours}
          </Button>
        </div>
      </div>
      {guard}
    </section>
  );
}

function Sum({ grid, unsaved }: { grid: { value: string }; unsaved: boolean }) {
  const words = t().profile;
  const count = filled(grid.value);
  return (
    <p aria-live="polite">
      {count ? (
        <>
          <b class="num">
            <LiveText>{plural(count, words.hourCount)}</LiveText>
          </b>{" "}
          <span class="muted">{words.week}</span>
        </>
      ) : (
        <span class="muted">{words.noHours}</span>
      )}
      {unsaved && <span class="badge badge-warn unsaved">{words.unsaved}</span>}
    </p>
  );
}

function About() {
  const words = t().profile;
  const [name, setName] = useState(me.value?.display_name ?? "");
  const [speech, setSpeech] = useState<Lang>(me.value?.lang ?? "en");
  const save = useMutation(async () => {
    await editMe(name.trim(), speech);
    setName(me.value?.display_name ?? name);
    toast(t().profile.aboutSaved);
  });
  const told = me.value?.lang;
  useEffect(() => {
    if (told) setSpeech(told);
  }, [told]);
  const changed = name.trim() !== me.value?.display_name || speech !== me.value?.lang;
  return (
    <form
      class="card stack"
      aria-labelledby="about"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) save.run();
      }}
    >
      <h2 id="about">{words.about}</h2>
      <ProblemBanner problem={save.problem} />
      <TextField
        label={words.name}
        name="name"
        autocomplete="name"
        value={name}
        onInput={(typed) => {
          setName(typed);
          save.clear();
        }}
        error={errorAt(save.problem, "display_name")}
        required
      />
      <Select
        label={words.language}
        value={speech}
        options={[
          ["ru", t().common.languages.ru],
          ["en", t().common.languages.en],
        ]}
        onChange={setSpeech}
      />
      <dl class="email">
        <dt class="label">{words.email}</dt>
        <dd>{me.value?.email}</dd>
      </dl>
      <div>
        <Button submit busy={save.busy} off={!changed}>
          {t().common.save}
        </Button>
      </div>
    </form>
  );
}

/** Where to go from here, and the ways out. */
function Ways() {
  const words = t().profile;
  const [asked, setAsked] = useState(false);
  const { route } = useLocation();
  const leave = useMutation(async (_key: string, everywhere: boolean) => {
    await signOut(everywhere);
    setAsked(false);
    route("/");
  });
  const links: Array<[string, string, string]> = [
    ["/add", "plus", t().offer.mine],
    ["/orders?role=performer", "list", t().common.sales],
    ["/messages", "messages-square", t().market.messages.title],
    ["/favourites", "heart", t().favourites.title],
    ["/finances", "wallet", t().common.finances],
  ];
  if (isStaff.value) links.push(["/admin", "shield-check", t().common.admin]);
  return (
    <div class="stack">
      <nav class="card ways" aria-label={words.more}>
        {links.map(([href, icon, name]) => (
          <a key={href} href={href}>
            <Icon name={icon} />
            <span class="grow">{name}</span>
            <Icon name="chevron-right" />
          </a>
        ))}
      </nav>
      <section class="card stack" aria-labelledby="leaving">
        <h2 id="leaving">{words.leaving.title}</h2>
        <p class="small muted">{words.leaving.hint}</p>
        <ProblemBanner problem={leave.problem} />
        <div class="row">
          <Button icon="log-out" busy={leave.busy} onPress={() => leave.run(false)}>
            {words.leaving.here}
          </Button>
          <Button look="quiet" onPress={() => setAsked(true)}>
            {words.leaving.everywhere}
          </Button>
        </div>
      </section>
      {asked && (
        <Dialog title={words.leaving.askTitle} onClose={() => setAsked(false)}>
          <p>{words.leaving.ask}</p>
          <ProblemBanner problem={leave.problem} />
          <div class="acts">
            <Button onPress={() => setAsked(false)}>{t().common.cancel}</Button>
            <Button look="danger" busy={leave.busy} onPress={() => leave.run(true)}>
              {words.leaving.go}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
