import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ErrorBoundary, LocationProvider, lazy, Route, Router, useLocation } from "preact-iso";
import { allWords, t } from "../i18n/index.ts";
import { FindPage } from "../pages/find.tsx";
import { socket } from "../socket/socket.ts";
import { beQuiet, keepsData, quiet } from "../state/browser.ts";
import { unreachable } from "../state/me.ts";
import { online } from "../state/network.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { Icon } from "../ui/icon.tsx";
import { Banner, Empty, Toasts } from "../ui/notices.tsx";
import { Calls, SessionNotice } from "./calls.tsx";
import { Header, Tabbar } from "./header.tsx";
import { useTitle } from "./page.tsx";

/** A page that is a chunk of its own, with its words. One that cannot be loaded, or is of an older release, says so and offers to load all anew. */
function page<P>(load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy<ComponentType<P>>(() =>
    Promise.all([load(), allWords()]).then(
      ([found]) => found,
      (error: unknown) => {
        console.warn(error);
        return { default: Broken };
      },
    ),
  );
}

/** Pages by path. */
const SignInPage = page(() => import("../pages/auth/sign-in.tsx"));
const RegisterPage = page(() => import("../pages/auth/register.tsx"));
const ConfirmPage = page(() => import("../pages/auth/confirm.tsx"));
const ForgotPage = page(() => import("../pages/auth/forgot.tsx"));
const ResetPage = page(() => import("../pages/auth/reset.tsx"));
const TwipPage = page(() => import("../pages/market/twip.tsx"));
const PerformerPage = page(() => import("../pages/market/performer.tsx"));
const FavouritesPage = page(() => import("../pages/market/favourites.tsx"));
const OrderConfirmPage = page(() => import("../pages/orders/placing.tsx"));
const OrdersPage = page(() => import("../pages/orders/orders.tsx"));
const MessagesPage = page(() => import("../pages/orders/correspondence.tsx"));
const OrderPage = page(() => import("../pages/orders/order.tsx"));
const DisputesPage = page(() => import("../pages/disputes/disputes.tsx"));
const DisputePage = page(() => import("../pages/disputes/dispute.tsx"));
const FinancesPage = page(() => import("../pages/money/finances.tsx"));
const TopUpPage = page(() => import("../pages/money/topup.tsx"));
const AddPage = page(() => import("../pages/offer/add.tsx"));
const ProfilePage = page(() => import("../pages/profile/profile.tsx"));
const AdminPage = page(() => import("../pages/admin/admin.tsx"));
const CallPage = page(() => import("../pages/call/call.tsx"));
const SessionPage = page(() => import("../pages/call/session.tsx"));
const StyleguidePage = page(() => import("../pages/styleguide.tsx"));

export function App() {
  return (
    <LocationProvider>
      <a class="skip" href="#main">
        {t().common.skip}
      </a>
      <Header />
      <Notices />
      <KeepsNothing />
      <SessionNotice />
      <main id="main" class="wrap" tabIndex={-1}>
        <Whole />
      </main>
      <Tabbar />
      <Calls />
      <Toasts />
    </LocationProvider>
  );
}

/** A page that breaks takes nothing else with it, and not the next page either. */
function Whole() {
  const { path } = useLocation();
  const [broken, setBroken] = useState<string | null>(null);
  const fail = (error: Error) => {
    console.error(error);
    setBroken(path);
  };
  // Whoever comes back finds it mended, perhaps.
  useEffect(() => setBroken((at) => (at === path ? at : null)), [path]);
  return broken === path ? (
    <Broken />
  ) : (
    <ErrorBoundary onError={fail}>
      <Pages />
    </ErrorBoundary>
  );
}

function Broken() {
  const words = t().common.broken;
  useTitle(words.title);
  return (
    <Empty
      whole
      icon="circle-alert"
      title={words.title}
      act={
        <Button look="primary" onPress={() => location.reload()}>
          {words.way}
        </Button>
      }
    >
      {words.text}
    </Empty>
  );
}

function Pages() {
  return (
    <Router onRouteChange={arrive}>
      <Route path="/" component={FindPage} />
      <Route path="/ru" component={FindPage} />
      <Route path="/en" component={FindPage} />
      <Route path="/sign-in" component={SignInPage} />
      <Route path="/register" component={RegisterPage} />
      <Route path="/confirm" component={ConfirmPage} />
      <Route path="/forgot" component={ForgotPage} />
      <Route path="/reset" component={ResetPage} />
      <Route path="/twips/:id" component={TwipPage} />
      <Route path="/twips/:id/order" component={OrderConfirmPage} />
      <Route path="/twips/:id/order/:mode" component={OrderConfirmPage} />
      <Route path="/performers/:id" component={PerformerPage} />
      <Route path="/favourites" component={FavouritesPage} />
      <Route path="/:lang/twips/:id" component={TwipPage} />
      <Route path="/:lang/performers/:id" component={PerformerPage} />
      <Route path="/orders" component={OrdersPage} />
      <Route path="/orders/:id" component={OrderPage} />
      <Route path="/messages" component={MessagesPage} />
      <Route path="/disputes" component={DisputesPage} />
      <Route path="/disputes/:id" component={DisputePage} />
      <Route path="/finances" component={FinancesPage} />
      <Route path="/finances/topups/:id" component={TopUpPage} />
      <Route path="/add" component={AddPage} />
      <Route path="/add/:id" component={AddPage} />
      <Route path="/twips/:id/edit" component={AddPage} />
      <Route path="/profile" component={ProfilePage} />
      <Route path="/admin" component={AdminPage} />
      <Route path="/admin/:section/:id?" component={AdminPage} />
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
  const state = socket.state.value;
  const words = t().common;
  const { path } = useLocation();
  useEffect(() => {
    document.documentElement.dataset.page = path;
  }, [path]);
  const said = !online.value
    ? words.offline
    : state === "full"
      ? words.socketsFull
      : state === "lost"
        ? words.socketLost
        : unreachable.value && words.unreachable;
  if (!said) return null;
  return (
    <div class="wrap app-notice">
      <Banner tone="warn">{said}</Banner>
    </div>
  );
}

/** Said once a tab: that one will not stay signed in here, because the browser keeps nothing. */
function KeepsNothing() {
  const [said, setSaid] = useState(() => quiet() || keepsData());
  if (said) return null;
  const close = () => {
    beQuiet();
    setSaid(true);
  };
  return (
    <div class="wrap app-notice">
      <Banner
        tone="info"
        act={
          <Button look="quiet" class="btn-icon" label={t().common.close} onPress={close}>
            <Icon name="x" />
          </Button>
        }
      >
        {t().common.keepsNothing}
      </Banner>
    </div>
  );
}

function Missing() {
  const words = t().common.missing;
  useTitle(words.title);
  return (
    <Empty whole icon="search" title={words.title} act={<ButtonLink href="/">{words.way}</ButtonLink>}>
      {words.text}
    </Empty>
  );
}
