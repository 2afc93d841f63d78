import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import "../styles/dialog.css";

/** Asks before anything else goes on. Escape closes it, and the focus goes back to where it was. */
export function Dialog(props: { title: string; children: ComponentChildren; onClose: () => void }) {
  const box = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const dialog = box.current;
    // The browser gives the focus back only while the dialog is on the page. It may be gone already, and so may be what had the focus.
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      requestAnimationFrame(() => {
        const there = before instanceof HTMLElement && before.isConnected;
        (there ? before : document.getElementById("main"))?.focus();
      });
    };
  }, []);
  return (
    <dialog
      ref={box}
      class="dialog"
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <div class="stack">
        <h2 id={title}>{props.title}</h2>
        {props.children}
      </div>
    </dialog>
  );
}
