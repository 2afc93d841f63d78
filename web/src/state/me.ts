/** Who is signed in on this device, and what the shell shows of them: account, status. */
import { computed, effect, signal, untracked } from "@preact/signals";
import { answered, api, holdToken, renew, type Schemas, whenSignedOut } from "../api/client.ts";
import { type Lang, type Money, speak } from "../i18n/index.ts";
import { inSession } from "../session/returning.ts";
import { socket } from "../socket/socket.ts";
import { later } from "../socket/timers.ts";
import { device } from "./browser.ts";

export type Me = Schemas["MeView"];
export type Status = Schemas["Status"];

/** Kept for all tabs of the device: the id of who is signed in. */
const KNOWN = "twip.signed-in";
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15_000;
let stopAsking = () => {};

/** Undefined until it is known; null for a stranger. */
export const me = signal<Me | null | undefined>(undefined);
/** Why it is not known yet: the service gave no answer. */
export const unreachable = signal(false);
export const balance = signal<Money | null>(null);
export const profile = signal<Schemas["PersonPage"] | null>(null);
/** Status can be set only with a published consultation (R18); null until known. */
export const canSetStatus = signal<boolean | null>(null);
/** The access token has ended while a call goes on. The service closes a socket that it means to end. */
const signedOutInSession = signal(false);
export const isStaff = computed(() => me.value?.roles.some((role) => role !== "user") ?? false);

/** Finds out who is here: a device that never signed in is not asked about. Until the service can be reached it is not known. */
export async function recognise(waitMs = FIRST_WAIT_MS): Promise<void> {
  if (!device.get(KNOWN)) {
    unreachable.value = false;
    me.value = null;
    return;
  }
  try {
    const found = await renew();
    if (found) welcome(found.user);
    else forget();
    unreachable.value = false;
  } catch {
    unreachable.value = true;
    stopAsking();
    stopAsking = later(waitMs, () => void recognise(Math.min(2 * waitMs, LONGEST_WAIT_MS)));
  }
}

/** Signs this device in. Throws Problem. */
export async function signIn(email: string, password: string): Promise<void> {
  enter(await answered(api.POST("/auth/login", { body: { email, password } })));
}

/** This device is signed in. */
export function enter(found: Schemas["SignedInView"]): void {
  holdToken(found);
  welcome(found.user);
}

/** Signs this device out, or all devices. Throws Problem when the service cannot be reached. */
export async function signOut(everywhere = false): Promise<void> {
  if (everywhere) await answered(api.POST("/auth/logout-all"));
  else await answered(api.POST("/auth/logout", { params: { header: { "X-Requested-With": "twip" } } }));
  forget();
}

function welcome(user: Me): void {
  device.set(KNOWN, user.id);
  me.value = user;
  socket.open();
  void refreshAccount();
  void refreshProfile();
}

function forget(): void {
  device.remove(KNOWN);
  leave();
}

function leave(): void {
  signedOutInSession.value = false;
  holdToken(null);
  socket.close();
  me.value = null;
  balance.value = null;
  profile.value = null;
  canSetStatus.value = null;
}

/** Reads the account again; what was shown stays when that fails. */
export async function refreshAccount(): Promise<void> {
  try {
    balance.value = (await answered(api.GET("/account"))).available;
  } catch {
    // The frames keep telling; the next visit reads it again.
  }
}

/** Reads one's own status and hours again. */
export async function refreshProfile(): Promise<void> {
  const user = me.value;
  if (!user) return;
  try {
    const [page, twips] = await Promise.all([
      answered(api.GET("/users/{user_id}", { params: { path: { user_id: user.id } } })),
      answered(api.GET("/me/twips", { params: { query: { limit: 100 } } })),
    ]);
    show(page);
    canSetStatus.value = twips.items.some((twip) => twip.kind === "consultation" && twip.sale === "on_sale");
  } catch {
    // As above.
  }
}

/** Sets one's own status (R18 to R23). Throws Problem. */
export async function setStatus(status: Status): Promise<void> {
  show(await answered(api.PUT("/me/status", { body: { status } })));
}

/** Sets the hours in which one consults, in a zone (R13 to R17). Throws Problem. */
export async function setHours(grid: string[], zone: string): Promise<void> {
  show(await answered(api.PUT("/me/availability", { body: { grid, zone } })));
}

/** Changes one's name and the language of the site and of mails. Throws Problem. */
export async function editMe(name: string, lang: Lang): Promise<void> {
  me.value = await answered(api.PATCH("/me", { body: { display_name: name, lang } }));
  await speak(lang);
  void refreshProfile();
}

/** Keeps the language of the site and of mails with one's account, if there is one. Throws Problem. */
export async function keepLang(lang: Lang): Promise<void> {
  const person = me.peek();
  if (!person) return;
  const now = await answered(api.PATCH("/me", { body: { display_name: null, lang } }));
  if (me.peek()?.id === person.id) me.value = now;
}

function show(page: Schemas["PersonPage"]): void {
  profile.value = page;
  socket.canBeCalled(page.status === "available" || page.status === "away");
}

/** Follows what the other tabs, the service and the network tell of who is here, for as long as the page lives. */
export function watchAccount(): void {
  addEventListener("online", () => {
    if (me.value !== undefined) return;
    stopAsking();
    void recognise();
  });
  // Another tab of this device has signed out, or in.
  addEventListener("storage", ({ key, newValue }) => {
    if (key !== KNOWN) return;
    if (newValue === null) leave();
    else if (me.value === null) void recognise();
    else if (me.value && me.value.id !== newValue) location.reload();
  });
  whenSignedOut(() => {
    if (inSession.peek()) signedOutInSession.value = true;
    else forget();
  });
  effect(() => {
    if (signedOutInSession.value && !inSession.value) untracked(forget);
  });
  // What came while the socket was not open was not heard; and what was not read at first is read now.
  let opened = false;
  effect(() => {
    if (socket.state.value !== "open") return;
    untracked(() => {
      if (opened || !balance.value) void refreshAccount();
      if (!profile.value) void refreshProfile();
    });
    opened = true;
  });
  // A session that another tab speaks for has moved money.
  socket.on("order.updated", () => void refreshAccount());
  socket.on("balance", (frame) => {
    const currency = balance.value?.currency;
    if (currency) balance.value = { amount_minor: frame.available_minor, currency };
  });
  socket.on("status", (frame) => {
    if (profile.value) show({ ...profile.value, status: frame.status as Status });
    void refreshProfile();
  });
}
