import { t } from "../i18n/index.ts";

/** A page of two columns while it is on its way. */
export function PageSkeleton() {
  return (
    <div class="two two-aside" role="status" aria-busy="true">
      <span class="sr">{t().common.loading}</span>
      <div class="stack stack-l" aria-hidden="true">
        <div class="skeleton sk-title" />
        <div class="skeleton sk-2" />
        <div class="skeleton sk-3" />
      </div>
      <aside class="card stack" aria-hidden="true">
        <div class="skeleton sk-2" />
        <div class="skeleton sk-title" />
        <div class="skeleton sk-2" />
      </aside>
    </div>
  );
}
