/**
 * Browsers translate a page by putting elements of theirs where its texts were. What renders the page goes on writing into the texts that
 * were taken out (R52). So a text that was replaced goes back to its place, empty, beside its translation. What is added or removed around
 * it finds it there. When the page writes into it, or takes it away, the translation goes, and is made anew.
 */

/** Elements of translators: <font> in Chromium and Edge, others' own. Nothing of ours is called so. */
const THEIRS = /^FONT$|-/;

/** A translation, and the texts it stands for. */
interface Stand {
  by: ChildNode;
  readonly texts: Map<Text, string>;
}

const standOf = new WeakMap<Node, Stand>();

/** From now on, for as long as the page lives. */
export function outliveTranslation(page: HTMLElement): void {
  tolerateWrapping();
  const observer = new MutationObserver((records) => {
    mend(records, observer);
    // What was mended just now is no news.
    observer.takeRecords();
  });
  observer.observe(page, { childList: true, characterData: true, subtree: true });
}

function mend(records: readonly MutationRecord[], observer: MutationObserver): void {
  const written = new Set<Node>();
  const fresh = new Set<Node>();
  for (const { type, target, addedNodes } of records) {
    if (type === "characterData") written.add(target);
    for (const node of addedNodes) if (THEIRS.test(node.nodeName)) fresh.add(node);
  }
  for (const record of records) {
    for (const node of record.addedNodes) for (const it of [node, node.nextSibling]) follow(it);
    if (THEIRS.test(record.target.nodeName)) continue;
    for (const node of record.removedNodes) {
      if (node.parentNode) continue;
      const known = standOf.get(node);
      const by = [...record.addedNodes, record.previousSibling, record.nextSibling].find((it) => it && fresh.has(it));
      if (known?.by === node) {
        // The translator has taken its own away, or put another one there.
        if (by) stand(known, by as ChildNode);
        else release(known, written);
      } else if (node instanceof Text && !known && by) {
        replaced(node, by as ChildNode, written);
      } else if (node instanceof Text && known && by) {
        // It translates even what is empty, and would do so for ever: the text is left outside, and listened to.
        (by as ChildNode).remove();
        observer.observe(node, { characterData: true });
      } else if (known) {
        known.texts.delete(node as Text);
        release(known, written);
      }
    }
  }
  for (const node of written) {
    const known = standOf.get(node);
    if (known) release(known, written);
  }
}

function replaced(text: Text, by: ChildNode, written: ReadonlySet<Node>): void {
  if (written.has(text)) {
    by.replaceWith(text);
    return;
  }
  const known = standOf.get(by) ?? { by, texts: new Map() };
  ([...known.texts.keys()].at(-1) ?? by).after(text);
  known.texts.set(text, text.data);
  text.data = "";
  standOf.set(text, known);
  stand(known, by);
}

/** A translation stands right before its texts, whatever was put between them, and wherever they were moved. */
function follow(text: Node | null): void {
  const known = text instanceof Text && standOf.get(text);
  const [first] = known ? known.texts.keys() : [];
  if (known && first && known.by.parentNode && known.by.nextSibling !== first) first.before(known.by);
}

function stand(known: Stand, by: ChildNode): void {
  standOf.delete(known.by);
  known.by = by;
  standOf.set(by, known);
}

/** The translation goes, and each of its texts is itself again. */
function release({ by, texts }: Stand, written: ReadonlySet<Node>): void {
  for (const [text, was] of texts) {
    standOf.delete(text);
    if (!written.has(text)) text.data = was;
    if (!text.parentNode) by.before(text);
  }
  standOf.delete(by);
  by.remove();
}

/** Others put the text itself into an element of theirs: what is to come before it comes before that. */
function tolerateWrapping(): void {
  const { insertBefore } = Node.prototype;
  Node.prototype.insertBefore = function <T extends Node>(this: Node, node: T, before: Node | null): T {
    return insertBefore.call(this, node, childOf(this, before)) as T;
  };
  // Newer browsers move nodes by a method of its own, which the library prefers.
  const movable = Element.prototype as Element & { moveBefore?: (node: Node, before: Node | null) => void };
  const { moveBefore } = movable;
  if (!moveBefore) return;
  movable.moveBefore = function (this: Element, node: Node, before: Node | null): void {
    moveBefore.call(this, node, childOf(this, before));
  };
}

function childOf(parent: Node, node: Node | null): Node | null {
  let child = node;
  while (child && child.parentNode !== parent) child = child.parentNode;
  return child;
}
