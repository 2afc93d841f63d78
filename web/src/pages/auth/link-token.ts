/** The token of a mailed link stands behind `#`, where no server sees it. It leaves the address as soon as it is read. */
export function takeToken(): string {
  const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  if (token) history.replaceState(null, "", location.pathname + location.search);
  return token;
}
