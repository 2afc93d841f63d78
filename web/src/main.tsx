import "./styles/tokens.css";
import "./styles/components.css";
import "./styles/pages.css";
import "./styles/app.css";
import "./styles/forced.css";
import { render } from "preact";
import { preferred, speakFirst } from "./i18n/index.ts";
import { watchCalls } from "./session/incoming.ts";
import { restoreSession } from "./session/returning.ts";
import { App } from "./shell/app.tsx";
import { watchTitle } from "./shell/page.tsx";
import { restoreTheme } from "./shell/theme.ts";
import { outliveTranslation } from "./shell/translation.ts";
import { watchHistory } from "./state/history-guard.ts";
import { recognise, watchAccount } from "./state/me.ts";
import { watchNetwork } from "./state/network.ts";
import { watchUnread } from "./state/unread.ts";

restoreTheme();
restoreSession();
watchHistory();
watchNetwork();
watchTitle();
watchAccount();
watchUnread();
watchCalls();
outliveTranslation(document.body);
void recognise();
const place = document.getElementById("app") as HTMLElement;
await speakFirst(preferred()).then(
  () => render(<App />, place),
  () => {
    // Without words there is nothing to say it in but this.
    place.textContent = "Twip: нет связи, загрузите страницу ещё раз. No connection, load the page again.";
  },
);
