/** Painting the week: a grid is 168 characters `0` or `1`, Monday 0:00 first (R13 to R15). Pure. */
export const DAYS = 7;
export const HOURS = 24;

/** The grid of the API's seven rows. */
export function gridOf(rows: readonly string[]): string {
  return rows.join("");
}

/** Seven rows for the API. */
export function rowsOf(grid: string): string[] {
  return Array.from({ length: DAYS }, (_, day) => grid.slice(day * HOURS, (day + 1) * HOURS));
}

/** How many hours are filled. */
export function filled(grid: string): number {
  return grid.split("1").length - 1;
}

/**
 * The grid with the block of cells between two corners filled or cleared. A stroke is drawn on the grid as it was at its beginning. So
 * going back takes back, and a fast hand leaves no gaps.
 */
export function painted(grid: string, from: number, to: number, on: boolean): string {
  const [day, otherDay] = [Math.floor(from / HOURS), Math.floor(to / HOURS)];
  const [hour, otherHour] = [from % HOURS, to % HOURS];
  const inside = (at: number, one: number, other: number) => at >= Math.min(one, other) && at <= Math.max(one, other);
  return Array.from(grid, (cell, n) =>
    inside(Math.floor(n / HOURS), day, otherDay) && inside(n % HOURS, hour, otherHour) ? (on ? "1" : "0") : cell,
  ).join("");
}

/** The cell that a key leads to; null for keys that lead nowhere. The edges hold. */
export function stepped(cell: number, key: string): number | null {
  const [day, hour] = [Math.floor(cell / HOURS), cell % HOURS];
  switch (key) {
    case "ArrowLeft":
      return hour > 0 ? cell - 1 : cell;
    case "ArrowRight":
      return hour < HOURS - 1 ? cell + 1 : cell;
    case "ArrowUp":
      return day > 0 ? cell - HOURS : cell;
    case "ArrowDown":
      return day < DAYS - 1 ? cell + HOURS : cell;
    case "Home":
      return day * HOURS;
    case "End":
      return day * HOURS + HOURS - 1;
    default:
      return null;
  }
}

/** Which cells differ: only they are drawn anew. */
export function differing(grid: string, other: string): number[] {
  const found: number[] = [];
  for (let n = 0; n < DAYS * HOURS; n += 1) if (grid[n] !== other[n]) found.push(n);
  return found;
}
