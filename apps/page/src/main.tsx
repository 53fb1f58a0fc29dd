/**
 * The page: what needs attention, the time line or a list of it, and one job in detail.
 */
import { render } from "preact"
import { useEffect, useMemo, useRef, useState } from "preact/hooks"
import { DetailView } from "./Detail.tsx"
import { FleetView } from "./Fleet.tsx"
import * as Model from "./model.ts"
import { messageOf, read, SignInNeeded } from "./read.ts"
import { Pill, TimelineView } from "./Timeline.tsx"
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

const spanOf = ({ range, until }: View) => {
  const ahead = Math.min(Model.day, range / 3)
  const end = until ?? Math.ceil((Date.now() + ahead) / Model.hour) * Model.hour
  return { from: end - range, until: end }
}

/** The time line of the view, asked for again when something changes and once a minute. */
const useTimeline = (view: View) => {
  const [data, setData] = useState<Model.Timeline>()
  const [problem, setProblem] = useState<unknown>()
  const [isLive, setLive] = useState(false)
  const [turn, setTurn] = useState(0)
  const again = () => setTurn((n) => n + 1)
  const span = spanOf(view)
  useEffect(() => {
    const abort = new AbortController()
    const query = new URLSearchParams({
      from: new Date(span.from).toISOString(),
      until: new Date(span.until).toISOString()
    })
    const load = async () => {
      try {
        setData(await read<Model.Timeline>(`api/v1/timeline?${query}`, abort.signal))
        setProblem(undefined)
      } catch (error) {
        if (!abort.signal.aborted) setProblem(error)
      }
    }
    void load()
    return () => abort.abort()
  }, [span.from, span.until, turn])
  const isLocked = problem instanceof SignInNeeded
  useEffect(() => {
    if (isLocked) return
    const events = new EventSource("api/v1/events")
    let waiting: ReturnType<typeof setTimeout> | undefined
    events.addEventListener("open", () => {
      setLive(true)
      again()
    })
    events.addEventListener("error", () => setLive(false))
    events.addEventListener("change", () => {
      waiting ??= setTimeout(() => {
        waiting = undefined
        again()
      }, 300)
    })
    const minutes = setInterval(again, Model.minute)
    return () => {
      events.close()
      clearInterval(minutes)
      clearTimeout(waiting)
    }
  }, [isLocked])
  return { data, problem, isLive, again, turn, span }
}

interface Found {
  readonly problem: Model.Problem
  readonly definition: Model.Definition
  readonly mark: Model.Mark | undefined
}

const foundIn = ({ now, rows }: Model.Timeline): ReadonlyArray<Found> =>
  rows.flatMap(({ definition, marks }) => [
    ...marks.flatMap((mark): ReadonlyArray<Found> => {
      const problem = Model.problemOf(mark, definition, now)
      return problem === undefined ? [] : [{ problem, definition, mark }]
    }),
    ...(definition.isSilent ? [{ problem: "silent" as const, definition, mark: undefined }] : [])
  ])

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

const App = () => {
  const [view, setView] = useState(() => fromAddress(location.search))
  const change = (part: Partial<View>) => setView((old) => ({ ...old, ...part }))
  useEffect(() => history.replaceState(null, "", toAddress(view)), [view])
  const { again, data, isLive, problem, span, turn } = useTimeline(view)
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
  const found = useMemo(() => (data === undefined ? [] : foundIn(data)), [data])
  const counts = useMemo(() => Map.groupBy(found, ({ problem }) => problem), [found])
  if (problem instanceof SignInNeeded) return <SignIn onDone={again} />

  const { isList, job, only, range, text, zone } = view
  const wanted = text.toLowerCase()
  const bad = only === undefined ? undefined : new Set((counts.get(only) ?? []).map(({ definition }) => definition))
  const isShown = (definition: Model.Definition) =>
    (bad === undefined || bad.has(definition)) &&
    (wanted === "" ||
      `${Model.nameOf(definition)}\n${definition.connection}\n${definition.provider}\n${definition.category}\n${definition.scope ?? ""}`
        .toLowerCase()
        .includes(wanted))
  const rows = data?.rows.filter(({ definition }) => isShown(definition)) ?? []
  const failing =
    data?.connections.filter(({ completeAt, failingSince }) => failingSince !== null || completeAt === null) ?? []
  const listed = found
    .filter((one) => (only === undefined || one.problem === only) && isShown(one.definition))
    .toSorted((a, b) => (b.mark?.start ?? 0) - (a.mark?.start ?? 0))
  const opened = rows.flatMap(({ definition, marks }) =>
    marks.filter(({ id }) => id === job).map((mark) => ({ definition, mark }))
  )[0]
  const goToUnread = () => {
    change({ isList: false, only: undefined, text: "" })
    requestAnimationFrame(() => {
      const heading = document.querySelector<HTMLElement>("h2:has(.dot.bad)")
      heading?.scrollIntoView({ block: "center" })
      heading?.focus({ preventScroll: true })
    })
  }
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
          const count = counts.get(name)?.length ?? 0
          return (
            <button
              key={name}
              type="button"
              class={`chip ${name}`}
              aria-pressed={only === name}
              disabled={count === 0 && only !== name}
              onClick={() => change({ only: only === name ? undefined : name })}
            >
              <b>{count}</b> {Model.labels[name]}
            </button>
          )
        })}
        {failing.length === 0 || data === undefined ? null : (
          <button type="button" class="chip unread" onClick={goToUnread}>
            <b>{failing.length}</b> of {data.connections.length} connections cannot be read
          </button>
        )}
      </nav>
      <FleetView isLocked={data === undefined} />
      {problem === undefined ? null : (
        <p class="wrong" role="alert">
          {messageOf(problem)}. {data === undefined ? "" : "What is shown may be old. "}The page asks again.
        </p>
      )}
      <main class={job === undefined ? "" : "split"}>
        {data === undefined ? (
          problem === undefined ? (
            <p class="muted">Reading the history…</p>
          ) : null
        ) : data.connections.length === 0 ? (
          <p class="empty">Nothing has been read yet. The first sync fills this page.</p>
        ) : isList ? (
          <ListView listed={listed} now={data.now} span={span} zone={zone} onOpen={(id) => change({ job: id })} />
        ) : rows.length === 0 && failing.length === 0 ? (
          <p class="empty">Nothing matches the filters.</p>
        ) : (
          <TimelineView
            data={data}
            rows={rows}
            from={span.from}
            until={span.until}
            zone={zone}
            opened={job}
            onOpen={({ id }) => change({ job: id })}
          />
        )}
        {job === undefined ? null : (
          <DetailView
            id={job}
            found={opened}
            now={data?.now ?? 0}
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

interface ListProps {
  readonly listed: ReadonlyArray<Found>
  readonly now: number
  readonly span: { readonly from: number; readonly until: number }
  readonly zone: Zone.Zone
  readonly onOpen: (id: string) => void
}

/** How many rows a table has at first. */
const firstRows = 300

const ListView = ({ listed, now, onOpen, span, zone }: ListProps) => {
  const [most, setMost] = useState(firstRows)
  return (
    <div class="list">
      <table>
        <caption>
          {listed.length} that {listed.length === 1 ? "needs" : "need"} attention, {Zone.moment(span.from, zone)} to{" "}
          {Zone.moment(span.until, zone)}
        </caption>
        <thead>
          <tr>
            {["What", "Scan", "Connection", "When", "In words"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {listed.slice(0, most).map(({ definition, mark, problem }) => (
            <tr key={mark?.id ?? Model.keyOf(definition)}>
              <td>
                {mark === undefined ? (
                  <span class={`pill ${problem}`}>{Model.labels[problem]}</span>
                ) : (
                  <Pill mark={mark} definition={definition} now={now} />
                )}
              </td>
              <th scope="row">
                {mark === undefined ? (
                  Model.nameOf(definition)
                ) : (
                  <button type="button" class="link" onClick={() => onOpen(mark.id)}>
                    {Model.nameOf(definition)}
                  </button>
                )}
              </th>
              <td>{definition.connection}</td>
              <td class="when">{mark === undefined ? "" : Zone.moment(mark.start, zone)}</td>
              <td>{mark === undefined ? silence(definition, zone) : Model.sentence(mark, definition, now, zone)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {listed.length > most ? (
        <button type="button" class="more" onClick={() => setMost(most + firstRows)}>
          Show more
        </button>
      ) : null}
    </div>
  )
}

const silence = ({ expectedBy, lastStart }: Model.Definition, zone: Zone.Zone) => {
  const time = (t: number | null) => (t === null ? "never" : Zone.moment(t, zone))
  return `Ran last ${time(lastStart)}, and by its own rhythm should have by ${time(expectedBy)}`
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
        <g class="missed">
          <circle cx={10} cy={10} r={8} />
          <path d="M6.5 6.5l7 7m0-7l-7 7" />
        </g>
      </svg>
      missed
    </li>
    <li>
      <svg width="20" height="20" aria-hidden="true">
        <g class="unknown">
          <circle cx={10} cy={10} r={7} />
          <text x={10} y={13.5}>
            ?
          </text>
        </g>
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
