import "./styles/tokens.css";
import "./styles/components.css";
import "./styles/pages.css";
import "./styles/app.css";
import { render } from "preact";
import { App } from "./shell/app.tsx";
import { restoreTheme } from "./shell/theme.ts";
import { recognise } from "./state/me.ts";
import { preferred, speak } from "./words/index.ts";

restoreTheme();
void recognise();
await speak(preferred());
render(<App />, document.getElementById("app") as HTMLElement);
