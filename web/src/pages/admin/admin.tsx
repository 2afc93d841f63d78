/** The staff's pages (D28). Each section is there for the roles that may use it; the service decides the same by its own table. */
import { useEffect } from "preact/hooks";
import { useLocation } from "preact-iso";
import { t } from "../../i18n/index.ts";
import { Head, SignedIn, useTitle } from "../../shell/page.tsx";
import { me } from "../../state/me.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Empty } from "../../ui/notices.tsx";
import { Desk } from "./desk-queue.tsx";
import { LedgerSection } from "./ledger.tsx";
import { LogSection } from "./log.tsx";
import { Moderation } from "./moderation.tsx";
import { PeopleSection } from "./people.tsx";
import { type Section, sectionsOf } from "./reading.ts";
import "../../styles/admin.css";

/** `/admin` is the first section that one may see; `/admin/<section>` the others, `/admin/disputes/<id>` one dispute. */
export default function AdminPage({ section, id }: { section?: string; id?: string }) {
  return (
    <SignedIn staff>
      <Sections section={section} id={id || undefined} />
    </SignedIn>
  );
}

function Sections({ section, id }: { section: string | undefined; id: string | undefined }) {
  const { route } = useLocation();
  const words = t().admin;
  const open = sectionsOf(me.value?.roles ?? []);
  const found = section === undefined ? open[0] : open.find((it) => it === section);
  const asked = id === undefined || found === "disputes" ? found : undefined;
  useTitle(asked ? words[asked] : words.title);
  const first = section === undefined && asked !== undefined && asked !== "moderation";
  useEffect(() => {
    if (first) route(addressOf(asked), true);
  }, [first]);
  if (!asked) {
    const missing = t().common.missing;
    return (
      <>
        <Head title={words.title} />
        <Empty icon="lock" title={missing.title} act={<ButtonLink href="/admin">{words.title}</ButtonLink>} />
      </>
    );
  }
  return (
    <div class="stack stack-l">
      {open.length > 1 && (
        <nav class="seg admin-nav" aria-label={words.sections}>
          {open.map((it) => (
            <a key={it} href={addressOf(it)} aria-current={it === asked ? "page" : undefined}>
              {words[it]}
            </a>
          ))}
        </nav>
      )}
      {asked === "moderation" && <Moderation />}
      {asked === "disputes" && <Desk id={id} />}
      {asked !== "moderation" && asked !== "disputes" && <Head title={words[asked]} />}
      {asked === "users" && <PeopleSection />}
      {asked === "audit" && <LogSection />}
      {asked === "ledger" && <LedgerSection />}
    </div>
  );
}

function addressOf(section: Section): string {
  return section === "moderation" ? "/admin" : `/admin/${section}`;
}
