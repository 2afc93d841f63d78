/** All components on one page, for those who build. Served locally only. */
import { useState } from "preact/hooks";
import { Problem } from "../api/problem.ts";
import { t } from "../i18n/index.ts";
import { TopUp } from "../money/topup-form.tsx";
import { Head } from "../shell/page.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { MoneyField, PasswordField, Select, Switch, TextArea, TextField } from "../ui/field.tsx";
import { Banner, Empty, ProblemBanner, Skeleton, toast } from "../ui/notices.tsx";
import { Avatar, PresenceLine } from "../ui/person.tsx";
import { Price } from "../ui/price.tsx";
import { Rating, StarPicker, Stars } from "../ui/rating.tsx";
import "../styles/reviews.css";

const LOOKS = ["primary", "plain", "danger", "quiet"] as const;

export default function StyleguidePage() {
  const [text, setText] = useState("");
  const [on, setOn] = useState(true);
  const [picked, setPicked] = useState<number | null>(3);
  const [asking, setAsking] = useState(false);
  const words = t();
  return (
    <div class="stack stack-l">
      <Head title="Styleguide" />
      <section class="card stack">
        <h2>Button</h2>
        <div class="row">
          {LOOKS.map((look) => (
            <Button key={look} look={look} onPress={() => toast(words.common.saved)}>
              {words.common.save}
            </Button>
          ))}
          <Button busy>{words.common.save}</Button>
          <Button off>{words.common.save}</Button>
        </div>
      </section>
      <section class="card stack">
        <h2>Field</h2>
        <TextField label={words.auth.name} hint={words.auth.nameHint} value={text} onInput={setText} />
        <TextField label={words.auth.email} value={text} onInput={setText} error={words.problems.field.required} />
        <PasswordField label={words.auth.password} showLabel={words.auth.show} value={text} onInput={setText} />
        <TextArea label={words.find.what} value={text} onInput={setText} />
        <MoneyField label={words.find.price.consultation} value={text} symbol="₽" onInput={setText} />
        <Select label={words.find.language} value="" options={[["", words.find.any.language]]} onChange={() => {}} />
        <Switch label={words.find.callable} on={on} onChange={setOn} />
      </section>
      <section class="card stack">
        <h2>Rating</h2>
        <p class="row">
          <Rating rating={{ stars: 4.7, reviews: 43 }} />
          <Rating rating={{ stars: 3.7, reviews: 1 }} full />
          <Rating rating={{ stars: null, reviews: 0 }} />
          <Stars count={4} />
        </p>
        <StarPicker label={words.reviews.yours.stars} value={picked} onChange={setPicked} />
        <StarPicker
          label={words.reviews.yours.stars}
          value={null}
          error={words.reviews.yours.choose}
          onChange={setPicked}
        />
      </section>
      <section class="card stack">
        <h2>Notice</h2>
        {(["info", "good", "warn", "bad"] as const).map((tone) => (
          <Banner key={tone} tone={tone}>
            {words.common.broken.text}
          </Banner>
        ))}
        <ProblemBanner problem={new Problem("network")} retry={() => {}} />
        <Empty icon="search" title={words.find.empty.title} act={<Button>{words.find.empty.dropWords}</Button>}>
          {words.find.empty.plain}
        </Empty>
        <Skeleton cards={1} />
      </section>
      <section class="card stack">
        <h2>Dialog</h2>
        <div class="row">
          <Button onPress={() => setAsking(true)}>{words.market.page.cancel}</Button>
        </div>
        {asking && (
          <Dialog title={words.market.page.cancelAsk.title} onClose={() => setAsking(false)}>
            <div class="acts">
              <Button onPress={() => setAsking(false)}>{words.market.page.cancelAsk.stay}</Button>
            </div>
          </Dialog>
        )}
      </section>
      <section class="card stack">
        <h2>TopUp, where the page stays</h2>
        <TopUp
          stay
          missing={{ amount_minor: 26_050, currency: "RUB" }}
          block={{ amount_minor: 60_000, currency: "RUB" }}
          onPaid={() => toast(words.money.back.title.paid)}
        />
      </section>
      <section class="card stack">
        <h2>Person, price</h2>
        <div class="row">
          {(["available", "away", "busy", "none"] as const).map((dot, n) => (
            <Avatar key={dot} id={`person-${n}`} name="Ирина Ветрова" dot={dot} />
          ))}
          <Avatar id="person-5" name="Maeve Okoro" size="l" />
        </div>
        <PresenceLine performer={{ callable: true, silent: false, uncallable_reason: null }} />
        <PresenceLine performer={{ callable: false, silent: false, uncallable_reason: "busy" }} />
        <Price mode="video" price={{ amount_minor: 90_000, currency: "RUB" }} />
        <progress class="quarter" max={900} value={620} aria-label={words.common.perBlock} />
        <progress class="quarter low" max={900} value={800} aria-label={words.common.perBlock} />
      </section>
    </div>
  );
}
