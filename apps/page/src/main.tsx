/**
 * The page: what needs attention, the time line or a list of it, and one job in detail.
 */
import { render } from "preact"
import { useCallback, useEffect, useRef, useState } from "preact/hooks"
import { useAsked } from "./asked.ts"
import { DetailView } from "./Detail.tsx"
import { FleetView } from "./Fleet.tsx"
import { ListView } from "./List.tsx"
import * as Model from "./model.ts"
import { OverviewView } from "./Overview.tsx"
import { messageOf, read, SignInNeeded } from "./read.ts"
import { isBad } from "./rows.ts"
import { TimelineView } from "./Timeline.tsx"
import { fromAddress, ranges, toAddress, type View } from "./View.ts"
import * as Zone from "./zone.ts"

const SignIn = ({ onDone }: { readonly onDone: () => void }) => {
  const [problem, setProblem] = useState<string>()
  const send = async (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    const token = new FormData(event.currentTarget).get("token")
    const answer = await fetch("session", { method: "POST", body: typeof token === "string" ? token : "" })
    if (answer.ok) onDone()
    else setProblem(answer.status === 429 ? "Too many wrong tokens. Wait a minute." : "That token is not right.")
  }
  return (
    <main class="signin">
      <form onSubmit={(event) => void send(event)}>
        <h1>scanjobs</h1>
        <label>
          Token
          <input name="token" type="password" autoComplete="current-password" />
        </label>
        {problem === undefined ? null : (
          <p class="wrong" role="alert">
            {problem}
          </p>
        )}
        <button type="submit">Sign in</button>
      </form>
    </main>
  )
}

interface Span {
  readonly from: number
  readonly until: number
}

const spanOf = ({ range, until }: View) => {
  const ahead = Math.min(Model.day, range / 3)
  const end = until ?? Math.ceil((Date.now() + ahead) / Model.hour) * Model.hour
  return { from: end - range, until: end }
}

/** What the server is asked for: which time, and which rows. */
const queryOf = ({ from, until }: Span, { only, text }: View): string => {
  const query = new URLSearchParams({ from: new Date(from).toISOString(), until: new Date(until).toISOString() })
  if (text !== "") query.set("text", text)
  for (const name of only) query.append("only", name)
  return query.toString()
}

/** A value once it has not changed for some milliseconds. */
const useSettled = <A,>(value: A, millis: number): A => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), millis)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** How long after a failure the server is asked again, in milliseconds. */
const retryAfter = 3000

/** What stands above the rows of the view, asked for again when something changes and once a minute. */
const useHead = (view: View) => {
  const [problem, setProblem] = useState<unknown>()
  const [isLive, setLive] = useState(false)
  const [turn, setTurn] = useState(0)
  const again = useCallback(() => setTurn((n) => n + 1), [])
  /** How long the last answer took, in milliseconds: who hears of changes all the time does not ask all the time. */
  const took = useRef(0)
  const span = spanOf(view)
  const query = queryOf(span, { ...view, text: useSettled(view.text, 150) })
  const retrying = useRef<ReturnType<typeof setTimeout>>(undefined)
  const asked = useAsked(query, turn, async (signal) => {
    clearTimeout(retrying.current)
    const begun = performance.now()
    try {
      const head = await read<Model.Head>(`api/v1/timeline?${query}`, signal)
      took.current = performance.now() - begun
      setProblem(undefined)
      return head
    } catch (error) {
      if (!signal.aborted) {
        setProblem(error)
        if (!(error instanceof SignInNeeded)) retrying.current = setTimeout(again, retryAfter)
      }
      throw error
    }
  })
  const shown = asked === undefined ? undefined : { head: asked.value, query: asked.key, turn: asked.turn }
  const isLocked = problem instanceof SignInNeeded
  useEffect(() => {
    if (isLocked) return
    let events: EventSource
    let waiting: ReturnType<typeof setTimeout> | undefined
    let retrying: ReturnType<typeof setTimeout> | undefined
    const listen = () => {
      events = new EventSource("api/v1/events")
      events.addEventListener("open", () => {
        setLive(true)
        again()
      })
      events.addEventListener("error", () => {
        setLive(false)
        // The answer says what is wrong.
        again()
        // A browser gives up where the answer is a refusal, such as while the store is away.
        if (events.readyState === EventSource.CLOSED) retrying = setTimeout(listen, retryAfter)
      })
      events.addEventListener("change", heard)
    }
    const heard = () => {
      waiting ??= setTimeout(
        () => {
          waiting = undefined
          again()
        },
        Math.max(300, took.current * 3)
      )
    }
    listen()
    const minutes = setInterval(again, Model.minute)
    return () => {
      events.close()
      clearTimeout(retrying)
      clearInterval(minutes)
      clearTimeout(waiting)
    }
  }, [isLocked])
  return { shown, problem, isLive, again, turn, span }
}

/** They are always the same, so that drawing the page again does not look at them. */
const otherZones = [...Zone.zones].map(([continent, names]) => (
  <optgroup key={continent} label={continent}>
    {names
      .filter((name) => name !== Zone.here)
      .map((name) => (
        <option key={name} value={name}>
          {name.slice(continent.length + 1).replaceAll("_", " ")}
        </option>
      ))}
  </optgroup>
))

/** What is looked at, as the address has it: going back shows what was looked at before. */
const useView = () => {
  const [view, setView] = useState(() => fromAddress(location.search))
  const latest = useRef(view)
  const show = useCallback((next: View) => {
    latest.current = next
    setView(next)
  }, [])
  // The address is written at once: after the next drawing, somebody may have gone back already, and would lose the way forward.
  const change = useCallback((part: Partial<View>) => {
    const old = latest.current
    const next = { ...old, ...part }
    show(next)
    const address = toAddress(next)
    if (address === toAddress(old)) return
    // Each letter that is typed is no step of its own.
    if (old.text === next.text) history.pushState(null, "", address)
    else history.replaceState(null, "", address)
  }, [])
  useEffect(() => {
    const back = () => show(fromAddress(location.search))
    addEventListener("popstate", back)
    return () => removeEventListener("popstate", back)
  }, [])
  return { change, view }
}

const App = () => {
  const { change, view } = useView()
  const { again, isLive, problem, shown, span, turn } = useHead(view)
  const head = shown?.head
  const search = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.key === "Escape") change({ job: undefined })
      if (event.key === "/" && document.activeElement !== search.current) {
        event.preventDefault()
        search.current?.focus()
      }
    }
    addEventListener("keydown", key)
    return () => removeEventListener("keydown", key)
  }, [])
  const [goToBad, setGoToBad] = useState(0)
  if (problem instanceof SignInNeeded) return <SignIn onDone={again} />

  const { isList, job, only, range, text, zone } = view
  const failing = head?.connections.filter(isBad) ?? []
  const goToUnread = () => {
    change({ isList: false, only: [], text: "" })
    setGoToBad((n) => n + 1)
  }
  // The rows of an hour ago and the counters of now would not fit together for long.
  const onOtherOrder = () => setTimeout(again, 500)
  const move = (share: number) => change({ until: span.until + share * range })
  return (
    <>
      <header class="top">
        <h1>scanjobs</h1>
        <div class="group" role="group" aria-label="Range">
          {ranges.map(([name, length]) => (
            <button key={name} type="button" aria-pressed={range === length} onClick={() => change({ range: length })}>
              {name}
            </button>
          ))}
        </div>
        <div class="group" role="group" aria-label="Time">
          <button type="button" aria-label="Earlier" onClick={() => move(-0.5)}>
            ‹
          </button>
          <button type="button" disabled={view.until === undefined} onClick={() => change({ until: undefined })}>
            Now
          </button>
          <button type="button" aria-label="Later" onClick={() => move(0.5)}>
            ›
          </button>
        </div>
        <div class="group" role="group" aria-label="View">
          <button type="button" aria-pressed={!isList} onClick={() => change({ isList: false })}>
            Timeline
          </button>
          <button type="button" aria-pressed={isList} onClick={() => change({ isList: true })}>
            List
          </button>
        </div>
        <input
          type="search"
          ref={search}
          placeholder="Filter by name, connection, category"
          aria-label="Filter by name, connection, category"
          value={text}
          onInput={(event) => change({ text: event.currentTarget.value })}
        />
        <label class="zone">
          <span class="heard">Times in</span>
          <select value={zone} onChange={(event) => change({ zone: event.currentTarget.value })}>
            <option value={Zone.here}>{Zone.here} (here)</option>
            {Zone.here === "UTC" ? null : <option value="UTC">UTC</option>}
            {otherZones}
          </select>
        </label>
        <span class={isLive ? "live on" : "live"} role="status">
          {isLive ? "live" : "not connected"}
        </span>
      </header>
      <nav class="attention" aria-label="Needs attention">
        {Model.problems.map((name) => {
          const count = head?.counts[name] ?? 0
          return (
            <button
              key={name}
              type="button"
              class={`chip ${name}`}
              aria-pressed={only.includes(name)}
              disabled={count === 0 && !only.includes(name)}
              onClick={() =>
                change({ only: only.includes(name) ? only.filter((other) => other !== name) : [...only, name] })
              }
            >
              <b>{count}</b> {Model.labels[name]}
            </button>
          )
        })}
        {failing.length === 0 || head === undefined ? null : (
          <button type="button" class="chip unread" onClick={goToUnread}>
            <b>{failing.length}</b> of {head.connections.length} connections cannot be read
          </button>
        )}
      </nav>
      {head === undefined ? null : <p class="printed">{inWords(view, head, span)}</p>}
      <FleetView isLocked={head === undefined} />
      {problem === undefined ? null : (
        <p class="wrong" role="alert">
          {messageOf(problem)}. {head === undefined ? "" : "What is shown may be old. "}The page asks again.
        </p>
      )}
      {shown === undefined || isList || only.length > 0 ? null : (
        <OverviewView
          span={span}
          text={new URLSearchParams(shown.query).get("text") ?? ""}
          turn={shown.turn}
          now={shown.head.now}
          zone={zone}
          unread={failing}
          onOpen={(id) => change({ job: id })}
          onMore={(reasons) => change({ isList: true, only: reasons })}
          onUnread={goToUnread}
        />
      )}
      <main class={job === undefined ? "" : "split"}>
        {shown === undefined || head === undefined ? (
          problem === undefined ? (
            <p class="muted">Reading the history…</p>
          ) : null
        ) : head.connections.length === 0 ? (
          <p class="empty">Nothing has been read yet. The first sync fills this page.</p>
        ) : isList ? (
          <ListView
            query={shown.query}
            turn={shown.turn}
            now={head.now}
            span={span}
            zone={zone}
            onOpen={(id) => change({ job: id })}
          />
        ) : head.rows === 0 && failing.length === 0 ? (
          <p class="empty">Nothing matches the filters.</p>
        ) : (
          <TimelineView
            head={head}
            source={{ query: shown.query, order: head.order, turn: shown.turn, onOtherOrder }}
            from={span.from}
            until={span.until}
            zone={zone}
            opened={job}
            goToBad={goToBad}
            onOpen={({ id }) => change({ job: id })}
          />
        )}
        {job === undefined ? null : (
          <DetailView
            id={job}
            now={head?.now ?? Date.now()}
            zone={zone}
            turn={turn}
            onClose={() => change({ job: undefined })}
          />
        )}
      </main>
      <footer>
        <Legend />
        <a href="docs">API</a>
        <span>Times in {zone}</span>
      </footer>
    </>
  )
}

/** What is shown, for who has it on paper. */
const inWords = ({ only, text, zone }: View, { counts, now, rows }: Model.Head, { from, until }: Span): string => {
  const needs = Model.problems.flatMap((name) => (counts[name] === 0 ? [] : [`${counts[name]} ${Model.labels[name]}`]))
  const reasons = only.map((name) => Model.labels[name]).join(" or ")
  const filters = [...(text === "" ? [] : [`“${text}”`]), ...(reasons === "" ? [] : [reasons])]
  return [
    `${Zone.moment(from, zone)} to ${Zone.moment(until, zone)}, as of ${Zone.moment(now, zone)}, times in ${zone}`,
    needs.length === 0 ? "nothing needs attention" : `in all ${needs.join(", ")}`,
    ...(filters.length === 0 ? [] : [`only ${filters.join(" and ")}: ${rows} ${rows === 1 ? "scan" : "scans"}`])
  ].join("; ")
}

const Legend = () => (
  <ul class="legend" aria-label="Legend">
    {(["succeeded", "partially_succeeded", "failed", "running", "cancelled"] as const).map((state) => (
      <li key={state}>
        <svg width="22" height="14" aria-hidden="true">
          <rect class={`run ${state}`} x={1} y={2} width={20} height={10} rx={3} />
        </svg>
        {state === "partially_succeeded" ? "partly failed" : state}
      </li>
    ))}
    <li>
      <svg width="14" height="14" aria-hidden="true">
        <circle class="planned" cx={7} cy={7} r={4} />
      </svg>
      planned
    </li>
    <li>
      <svg width="20" height="20" aria-hidden="true">
        <circle class="missed ring" cx={10} cy={10} r={8} />
        <path class="missed sign" d="M6.5 6.5l7 7m0-7l-7 7" />
      </svg>
      missed
    </li>
    <li>
      <svg width="20" height="20" aria-hidden="true">
        <circle class="unknown ring" cx={10} cy={10} r={7} />
        <text class="question" x={10} y={13.5}>
          ?
        </text>
      </svg>
      not known
    </li>
    <li>
      <svg width="22" height="14" aria-hidden="true">
        <rect class="blind" width={22} height={14} />
      </svg>
      not read
    </li>
  </ul>
)

const root = document.querySelector("#app")
if (root !== null) render(<App />, root)
