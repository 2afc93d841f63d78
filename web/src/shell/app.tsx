import { useEffect } from "preact/hooks";
import { ErrorBoundary, LocationProvider, lazy, Route, Router, useLocation } from "preact-iso";
import { line } from "../line/line.ts";
import { FindPage } from "../pages/find.tsx";
import { online } from "../state/network.ts";
import { ButtonLink } from "../ui/button.tsx";
import { Banner, Empty, Toasts } from "../ui/notices.tsx";
import { t } from "../words/index.ts";
import { Calls, SessionNotice } from "./calls.tsx";
import { Header, Tabbar } from "./header.tsx";
import { useTitle } from "./page.tsx";

/** Pages by path. Each but the first is a chunk of its own. */
const SignInPage = lazy(() => import("../pages/auth/sign-in.tsx"));
const RegisterPage = lazy(() => import("../pages/auth/register.tsx"));
const ConfirmPage = lazy(() => import("../pages/auth/confirm.tsx"));
const ForgotPage = lazy(() => import("../pages/auth/forgot.tsx"));
const ResetPage = lazy(() => import("../pages/auth/reset.tsx"));
const CallPage = lazy(() => import("../pages/call/call.tsx"));
const SessionPage = lazy(() => import("../pages/call/session.tsx"));
const StyleguidePage = lazy(() => import("../pages/styleguide.tsx"));

export function App() {
  return (
    <LocationProvider>
      <a class="skip" href="#main">
        {t().common.skip}
      </a>
      <Header />
      <Notices />
      <SessionNotice />
      <main id="main" class="wrap" tabIndex={-1}>
        <ErrorBoundary onError={(error) => console.error(error)}>
          <Pages />
        </ErrorBoundary>
      </main>
      <Tabbar />
      <Calls />
      <Toasts />
    </LocationProvider>
  );
}

function Pages() {
  return (
    <Router onRouteChange={arrive}>
      <Route path="/" component={FindPage} />
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/register" component={RegisterPage} />
      <Route path="/confirm" component={ConfirmPage} />
      <Route path="/forgot" component={ForgotPage} />
      <Route path="/reset" component={ResetPage} />
      <Route path="/call/:id" component={CallPage} />
      <Route path="/session/:id" component={SessionPage} />
      <Route path="/styleguide" component={StyleguidePage} />
      <Route default component={Missing} />
    </Router>
  );
}

/** A new page begins at its top, and for the keyboard and the screen reader too. */
function arrive(): void {
  scrollTo(0, 0);
  document.getElementById("main")?.focus({ preventScroll: true });
}

function Notices() {
  const lost = line.state.value === "lost";
  const { path } = useLocation();
  useEffect(() => {
    document.documentElement.dataset.page = path;
  }, [path]);
  if (online.value && !lost) return null;
  return (
    <div class="wrap app-notice">
      <Banner tone="warn">{online.value ? t().common.lineLost : t().common.offline}</Banner>
    </div>
  );
}

function Missing() {
  const words = t().common.missing;
  useTitle(words.title);
  return (
    <Empty icon="search" title={words.title} act={<ButtonLink href="/">{words.way}</ButtonLink>}>
      {words.text}
    </Empty>
  );
}
