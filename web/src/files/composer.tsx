/** Where a message is written, with files: one line that grows, sent by the button or by Ctrl and Enter. */
import { useId } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { useMutation } from "../state/query.ts";
import { useUnsaved } from "../state/unsaved.ts";
import { errorAt, FieldError } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { ProblemBanner } from "../ui/notices.tsx";
import { AttachButton, Attached, besideFields, useAttaching } from "./attaching.tsx";

interface Written {
  text: string;
  attachments: string[];
}

/**
 * `send` throws Problem; what was written stays then, and under the name of `draft` also when one leaves. `onMoved`: things are not as they
 * were read. `filesLeft`: how many files more may be sent at all.
 */
export function Composer(props: {
  draft: string;
  label: string;
  placeholder: string;
  hint: string;
  maxLength: number;
  filesLeft?: number;
  send: (written: Written, key: string) => Promise<void>;
  onMoved: () => void;
}) {
  const words = t().work.thread;
  const error = useId();
  const [text, setText] = useUnsaved(props.draft);
  const attaching = useAttaching(props.filesLeft);
  const message = useMutation(async (key) => {
    await props.send({ text: text.trim(), attachments: attaching.ids }, key);
    setText("");
    attaching.clear();
  }, props.onMoved);
  const fault = errorAt(message.problem, "text");
  const empty = text.trim() === "" && attaching.files.length === 0;
  const send = () => {
    if (!empty && attaching.ready) message.run();
  };
  return (
    <form
      class="stack stack-s"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <ProblemBanner problem={besideFields(message.problem, "text")} />
      <Attached attaching={attaching} problem={message.problem} />
      <div class="composer">
        <AttachButton attaching={attaching} />
        <textarea
          class="input grow"
          rows={1}
          value={text}
          maxLength={props.maxLength}
          aria-label={props.label}
          aria-invalid={fault ? true : undefined}
          aria-describedby={fault ? error : undefined}
          placeholder={props.placeholder}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            send();
          }}
        />
        <button
          type="submit"
          class="btn"
          aria-label={words.send}
          aria-busy={message.busy}
          aria-disabled={empty || !attaching.ready}
        >
          <Icon name="send" />
        </button>
      </div>
      <FieldError id={error}>{fault}</FieldError>
      <p class="hint">{props.hint}</p>
    </form>
  );
}
