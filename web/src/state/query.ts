/**
 * Reading and changing, as hooks. What was read stays while it is read again, or when that fails. A change is sent once, however often it
 * is pressed.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { freshKey } from "../api/client.ts";
import { asProblem, hasMoved, type Problem } from "../api/problem.ts";

export interface Query<T> {
  data: T | undefined;
  problem: Problem | undefined;
  loading: boolean;
  /** Reads again. */
  reload: () => void;
  /** Shows something newer that is known already. */
  put: (data: T) => void;
}

/** Reads when the page opens and whenever `deps` change. An answer that was overtaken is dropped. */
export function useQuery<T>(read: () => Promise<T>, deps: readonly unknown[]): Query<T> {
  const [state, setState] = useState<{ data?: T; problem?: Problem; loading: boolean }>({ loading: true });
  const turn = useRef(0);
  const reader = useRef(read);
  reader.current = read;
  const reload = useCallback(() => {
    const mine = ++turn.current;
    setState((old) => ({ ...old, loading: true }));
    reader.current().then(
      (data) => mine === turn.current && setState({ data, loading: false }),
      (error) => mine === turn.current && setState((old) => ({ ...old, problem: asProblem(error), loading: false })),
    );
  }, []);
  const put = useCallback((data: T) => {
    turn.current += 1;
    setState({ data, loading: false });
  }, []);
  useEffect(() => {
    reload();
    return () => {
      turn.current += 1;
    };
  }, deps);
  return { data: state.data, problem: state.problem, loading: state.loading, reload, put };
}

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** What is shown of a listing: so many pages of the answer to one question. */
interface Shown<T, E> extends Page<T> {
  readonly first: E;
  readonly pages: number;
  readonly question: number;
}

/** A listing as far as it is read. */
export interface Pages<T, E = unknown> extends Query<T[]> {
  /** The first page as it was answered: what it says of the whole. */
  first: E | undefined;
  /** Reads the next page; null when there is none. */
  more: (() => void) | null;
  loadingMore: boolean;
  /** How many pages that is. */
  pages: number;
  /** It answers an earlier question: the answer to the present one is on its way. */
  stale: boolean;
}

/**
 * Pages of a listing, joined. `more` reads the next one; null when there is none. Reading again reads as many as are shown. The first
 * question begins with as many as `begin`: who comes back finds what they had read.
 */
export function usePages<T, E = unknown>(
  read: (cursor: string | undefined) => Promise<Page<T> & E>,
  deps: readonly unknown[],
  begin = 1,
): Pages<T, E> {
  const asked = useRef({ question: 0, pages: begin });
  useEffect(() => {
    const { question, pages } = asked.current;
    asked.current = { question: question + 1, pages: question ? 1 : pages };
  }, deps);
  const list = useQuery<Shown<T, E>>(async () => {
    const { question, pages } = asked.current;
    const first = await read(undefined);
    let all: Shown<T, E> = { items: first.items, next_cursor: first.next_cursor, first, pages: 1, question };
    while (all.pages < pages && all.next_cursor) all = joined(all, await read(all.next_cursor));
    return all;
  }, deps);
  const [loadingMore, setLoadingMore] = useState(false);
  const [failed, setFailed] = useState<{ of: unknown; problem: Problem }>();
  const latest = useRef(list.data);
  latest.current = list.data;
  const more = async (of: Shown<T, E>, next: string) => {
    if (loadingMore) return;
    setLoadingMore(true);
    setFailed(undefined);
    try {
      const page = await read(next);
      if (of.question !== asked.current.question) return;
      asked.current.pages = of.pages + 1;
      // The same list may have been read again meanwhile: then this page is of an old one.
      if (latest.current === of) list.put(joined(of, page));
      else list.reload();
    } catch (error) {
      const found = asProblem(error);
      if (found.code === "invalid_cursor") list.reload();
      else setFailed({ of, problem: found });
    } finally {
      setLoadingMore(false);
    }
  };
  const { data } = list;
  const stale = data !== undefined && data.question !== asked.current.question;
  const next = stale ? null : data?.next_cursor;
  return {
    data: data?.items,
    first: data?.first,
    problem: list.problem ?? (failed?.of === data ? failed?.problem : undefined),
    loading: list.loading,
    reload: list.reload,
    put: (items) => data && list.put({ ...data, items }),
    more: data && next ? () => void more(data, next) : null,
    loadingMore,
    pages: data?.pages ?? 1,
    stale,
  };
}

function joined<T, E>(all: Shown<T, E>, page: Page<T>): Shown<T, E> {
  return { ...all, items: [...all.items, ...page.items], next_cursor: page.next_cursor, pages: all.pages + 1 };
}

export interface Mutation<A extends unknown[]> {
  busy: boolean;
  problem: Problem | undefined;
  /** Does it, unless it is under way. */
  run: (...args: A) => void;
  clear: () => void;
}

/**
 * Something that a press does. While it is under way further presses do nothing. `key` is one Idempotency-Key until it succeeds or is
 * refused: a repeat after a lost answer is the same request (D12). `onMoved`: it was refused because things are not as they were read.
 */
export function useMutation<A extends unknown[]>(
  act: (key: string, ...args: A) => Promise<void>,
  onMoved?: () => void,
): Mutation<A> {
  const [state, setState] = useState<{ busy: boolean; problem?: Problem }>({ busy: false });
  const busy = useRef(false);
  const key = useRef(freshKey());
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const run = async (...args: A) => {
    if (busy.current) return;
    busy.current = true;
    setState({ busy: true });
    let problem: Problem | undefined;
    try {
      await act(key.current, ...args);
    } catch (error) {
      problem = asProblem(error);
    }
    if (problem?.code !== "network" && problem?.code !== "unavailable") key.current = freshKey();
    busy.current = false;
    if (hasMoved(problem)) onMoved?.();
    if (mounted.current) setState(problem ? { busy: false, problem } : { busy: false });
  };
  return {
    busy: state.busy,
    problem: state.problem,
    run: (...args) => void run(...args),
    clear: () => setState({ busy: false }),
  };
}
