import type { Schemas } from "../../api/client.ts";
import { t } from "../../i18n/index.ts";
import { refreshAccount } from "../../state/me.ts";
import { type Query, useMutation } from "../../state/query.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Banner, ProblemBanner, toast } from "../../ui/notices.tsx";
import { CHANGING, type ChangingAction } from "./actions.tsx";

/** The part of the kind, as the answer has it: nobody calls on an order that is over. */
function after<T extends Schemas["OrderCard"]>(order: T, ended: Schemas["OrderView"]): T["consultation"] {
  if (order.consultation === null || ended.consultation === null) return order.consultation;
  return { ...order.consultation, ...ended.consultation, callable: false, uncallable_reason: "order" };
}

/** The question before an action that changes an order, and the action. */
export function Ask<T extends Schemas["OrderCard"]>(props: {
  action: ChangingAction;
  order: T;
  query: Query<T>;
  onClose: () => void;
}) {
  const { action, order, query, onClose } = props;
  const row = CHANGING[action];
  const { title, text, stay, go } = row.question(order);
  const change = useMutation(async (key) => {
    const ended = await row.send(order.id, key);
    query.put({ ...order, ...ended, consultation: after(order, ended) });
    void refreshAccount();
    toast(row.done(order));
    onClose();
  }, query.reload);
  if (!order.acts.includes(action) && !change.busy)
    return (
      <Dialog title={title} onClose={onClose}>
        <Banner tone="warn">{t().work.moved}</Banner>
        <div class="acts">
          <Button onPress={onClose}>{t().common.close}</Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <ProblemBanner problem={change.problem} />
      <div class="acts acts-even">
        <Button onPress={onClose}>{stay}</Button>
        <Button look="danger" busy={change.busy} onPress={change.run}>
          {go}
        </Button>
      </div>
    </Dialog>
  );
}
