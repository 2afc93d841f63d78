import "./styles/tokens.css";
import "./styles/components.css";
import "./styles/pages.css";
import "./styles/app.css";
import "./styles/forced.css";
import { render } from "preact";
import { preferred, speak } from "./i18n/index.ts";
import { App } from "./shell/app.tsx";
import { restoreTheme } from "./shell/theme.ts";
import { outliveTranslation } from "./shell/translation.ts";
import { recognise } from "./state/me.ts";

restoreTheme();
outliveTranslation(document.body);
void recognise();
const place = document.getElementById("app") as HTMLElement;
await speak(preferred()).then(
  () => render(<App />, place),
  () => {
    // Without words there is nothing to say it in but this.
    place.textContent = "Twip: нет связи, загрузите страницу ещё раз. No connection, load the page again.";
  },
);
