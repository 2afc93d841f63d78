/** People, as an admin finds them: their roles, blocks (D28). Nobody changes themselves. */
import { useRef, useState } from "preact/hooks";
import { answered, api, type Schemas } from "../../api/client.ts";
import { day, t } from "../../i18n/index.ts";
import { unseen } from "../../i18n/seen.ts";
import { me } from "../../state/me.ts";
import { useMutation, usePages } from "../../state/query.ts";
import { useUnsaved } from "../../state/unsaved.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { errorAt, TextArea, TextField } from "../../ui/field.tsx";
import { Empty, ProblemBanner, Skeleton, toast } from "../../ui/notices.tsx";
import { Avatar } from "../../ui/person.tsx";

type Person = Schemas["PersonView"];
type Role = Schemas["Role"];
const GRANTED: readonly Role[] = ["moderator", "arbiter", "admin"];
const STATE_TONE = { pending: "badge badge-warn", active: "badge badge-good", blocked: "badge badge-bad" };

export function PeopleSection() {
  const words = t().admin.people;
  const [typed, setTyped] = useState("");
  const [email, setEmail] = useState("");
  const [asked, setAsked] = useState<{ person: Person; what: "roles" | "block" } | null>(null);
  const found = usePages(
    (cursor) =>
      answered(
        api.GET("/admin/users", { params: { query: { ...(email ? { email } : {}), ...(cursor ? { cursor } : {}) } } }),
      ),
    [email],
  );
  const replace = (changed: Person) => {
    found.put((found.data ?? []).map((it) => (it.id === changed.id ? changed : it)));
    setAsked(null);
  };
  const wrong = errorAt(found.problem, "email");
  return (
    <section class="stack">
      <form
        class="people-find"
        role="search"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setEmail(typed.trim());
        }}
      >
        <TextField
          label={words.find}
          type="email"
          name="email"
          autocomplete="off"
          value={typed}
          onInput={setTyped}
          error={wrong}
        />
        <Button submit look="primary" icon="search">
          {words.go}
        </Button>
        {email && (
          <Button
            look="quiet"
            onPress={() => {
              setTyped("");
              setEmail("");
            }}
          >
            {words.all}
          </Button>
        )}
      </form>
      {!wrong && <ProblemBanner problem={found.problem} retry={found.reload} />}
      {!found.data && !found.problem && <Skeleton />}
      {found.data?.length === 0 && !found.problem && <Empty icon="user" title={words.none} />}
      {found.data && found.data.length > 0 && (
        <div class="card" aria-busy={found.loading}>
          <table class="rows people">
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                <th scope="col">{words.roles}</th>
                <th scope="col">{words.state}</th>
                <th scope="col">{words.since}</th>
                <th scope="col">
                  <span class="sr">{words.acts}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {found.data.map((person) => (
                <tr key={person.id}>
                  <td>
                    <div class="row nowraprow">
                      <Avatar id={person.id} name={person.display_name} size="s" />
                      <span>
                        <b>{person.display_name}</b>
                        <span class="small muted address">{person.email}</span>
                      </span>
                    </div>
                  </td>
                  <td>
                    <span class="row">
                      {person.roles.map((role) => (
                        <span key={role} class={role === "user" ? "badge" : "badge badge-accent"}>
                          {words.role[role]}
                        </span>
                      ))}
                    </span>
                  </td>
                  <td>
                    <span class={STATE_TONE[person.state]}>{words.states[person.state]}</span>
                  </td>
                  <td class="small muted nowrap">{day(person.created_at)}</td>
                  <td>
                    {person.id === me.value?.id ? (
                      <span class="row people-acts small muted">{words.you}</span>
                    ) : (
                      <span class="row people-acts">
                        <Button
                          label={words.changeOf(person.display_name)}
                          onPress={() => setAsked({ person, what: "roles" })}
                        >
                          {words.change}
                        </Button>
                        <Button
                          label={(person.state === "blocked" ? words.unblockOf : words.blockOf)(person.display_name)}
                          onPress={() => setAsked({ person, what: "block" })}
                        >
                          {person.state === "blocked" ? words.unblock : words.block}
                        </Button>
                      </span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.more && (
        <Button onPress={found.more} busy={found.loadingMore}>
          {t().common.more}
        </Button>
      )}
      {asked?.what === "roles" && <Roles person={asked.person} onDone={replace} onClose={() => setAsked(null)} />}
      {asked?.what === "block" && <Block person={asked.person} onDone={replace} onClose={() => setAsked(null)} />}
    </section>
  );
}

interface Asked {
  person: Person;
  onDone: (person: Person) => void;
  onClose: () => void;
}

function Roles({ person, onDone, onClose }: Asked) {
  const [roles, setRoles] = useState<readonly Role[]>(person.roles);
  const words = t().admin.people;
  const save = useMutation(async () => {
    const body = { roles: [...roles], blocked: null, reason: null };
    const params = { path: { user_id: person.id } };
    onDone(await answered(api.PATCH("/admin/users/{user_id}", { params, body })));
    toast(words.changed(person.display_name));
  });
  const changed = GRANTED.some((role) => roles.includes(role) !== person.roles.includes(role));
  return (
    <Dialog title={words.changeOf(person.display_name)} onClose={onClose}>
      <p class="small muted">{words.changeHint}</p>
      <fieldset class="stack roles">
        <legend class="sr">{words.roles}</legend>
        {GRANTED.map((role) => (
          <label key={role} class="check">
            <input
              type="checkbox"
              checked={roles.includes(role)}
              onChange={() => setRoles(roles.includes(role) ? roles.filter((it) => it !== role) : [...roles, role])}
            />
            {words.role[role]}
          </label>
        ))}
      </fieldset>
      <ProblemBanner problem={save.problem} />
      <div class="acts">
        <Button onPress={onClose}>{t().common.cancel}</Button>
        <Button look="primary" busy={save.busy} off={!changed} onPress={save.run}>
          {t().common.save}
        </Button>
      </div>
    </Dialog>
  );
}

/** A block needs a reason, for whoever reads the log later. It can be repeated: a page of theirs may have been left open by the first. */
function Block({ person, onDone, onClose }: Asked) {
  const [reason, setReason, forget] = useUnsaved(`block.${person.id}`);
  const [missing, setMissing] = useState(false);
  const words = t().admin.people;
  const out = person.state !== "blocked";
  const save = useMutation(async (_key: string, block: boolean) => {
    const body = { roles: null, blocked: block, reason: reason.trim() || null };
    const params = { path: { user_id: person.id } };
    const changed = await answered(api.PATCH("/admin/users/{user_id}", { params, body }));
    forget();
    onDone(changed);
    toast((block ? words.blocked : words.unblocked)(person.display_name));
  });
  const box = useRef<HTMLFormElement>(null);
  const decide = (block: boolean) => {
    setMissing(block && unseen(reason));
    if (!block || !unseen(reason)) save.run(block);
    else box.current?.querySelector("textarea")?.focus();
  };
  return (
    <Dialog title={(out ? words.blockOf : words.unblockOf)(person.display_name)} onClose={onClose}>
      <form
        class="stack"
        noValidate
        ref={box}
        onSubmit={(event) => {
          event.preventDefault();
          decide(out);
        }}
      >
        <p>{out ? words.blockText : words.unblockText}</p>
        <TextArea
          label={out ? words.blockReason : words.unblockReason}
          name="reason"
          rows={2}
          value={reason}
          onInput={(typed) => {
            setReason(typed);
            setMissing(false);
          }}
          error={missing ? words.reasonMissing : errorAt(save.problem, "reason")}
          required={out}
        />
        <ProblemBanner problem={save.problem} />
        <div class="acts">
          <Button onPress={onClose}>{t().common.cancel}</Button>
          {!out && (
            <Button busy={save.busy} onPress={() => decide(true)}>
              {words.blockAgain}
            </Button>
          )}
          <Button look={out ? "danger" : "primary"} submit busy={save.busy}>
            {out ? words.block : words.unblock}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
