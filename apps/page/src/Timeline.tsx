/**
 * The time line: a row for each definition under its connection.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks"
import * as Model from "./model.ts"
import * as Zone from "./zone.ts"

interface Span {
  readonly from: number
  readonly until: number
  readonly now: number
  readonly width: number
  readonly zone: Zone.Zone
}

const height = 34
const middle = height / 2
const at = ({ from, until, width }: Span, t: number) => ((t - from) / (until - from)) * width

interface Item {
  readonly mark: Model.Mark
  readonly definition: Model.Definition
}

const Shape = ({ definition, mark, span }: Item & { readonly span: Span }) => {
  const x = at(span, mark.start)
  if (mark.kind === "occurrence") return <Occurrence mark={mark} x={x} isPast={mark.start <= span.now} />
  const end = Model.isOpen(mark) ? span.now : (mark.finish ?? mark.start)
  const left = Math.max(x, -4)
  const width = Math.max(4, at(span, end) - left)
  const problem = Model.problemOf(mark, definition, span.now)
  const half = problem === "failed" ? 10 : 7
  const planned = mark.verdict === "late" && mark.delay !== null ? at(span, mark.start - mark.delay) : undefined
  return (
    <g>
      {planned === undefined ? null : (
        <path class="late" d={`M${planned} ${middle - 6}v12M${planned} ${middle}H${x}`} />
      )}
      <rect
        class={`run ${mark.state}${problem === "long" ? " long" : ""}`}
        x={left}
        width={width}
        y={middle - half}
        height={half * 2}
        rx={3}
      />
      {problem === "failed" && width >= 10 ? (
        <path class="sign" d={`M${left + width / 2 - 2.5} ${middle - 2.5}l5 5m0-5l-5 5`} />
      ) : null}
      {problem === "partial" && width >= 8 ? (
        <path class="sign" d={`M${left + width / 2} ${middle - 4}v5m0 2v1`} />
      ) : null}
    </g>
  )
}

const Occurrence = ({
  isPast,
  mark,
  x
}: {
  readonly mark: Model.Mark
  readonly x: number
  readonly isPast: boolean
}) => {
  switch (mark.verdict) {
    case "missed":
      return (
        <g class="missed">
          <circle cx={x} cy={middle} r={8} />
          <path d={`M${x - 3.5} ${middle - 3.5}l7 7m0-7l-7 7`} />
        </g>
      )
    case "overdue":
      return (
        <g class="overdue">
          <circle cx={x} cy={middle} r={8} />
          <path d={`M${x} ${middle - 4.5}v5.5m0 2.6v.4`} />
        </g>
      )
    case "unknown":
      return (
        <g class="unknown">
          <circle cx={x} cy={middle} r={7} />
          <text x={x} y={middle + 3.5}>
            ?
          </text>
        </g>
      )
    case "skipped":
    case "cancelled":
    case "withdrawn":
      return <path class="off" d={`M${x - 4} ${middle}h8`} />
    default:
      return <circle class={isPast ? "planned due" : "planned"} cx={x} cy={middle} r={4} />
  }
}

/** The room that a text like "last Wed 25 Nov 12:45" needs. */
const hintWidth = 150

interface Hover extends Item {
  readonly x: number
  readonly y: number
}

/** One observer for all chunks of rows: those that are far from the window draw nothing. */
const watched = new WeakMap<Element, (isNear: boolean) => void>()
const near =
  typeof IntersectionObserver === "undefined"
    ? undefined
    : new IntersectionObserver(
        (entries) => {
          for (const { isIntersecting, target } of entries) watched.get(target)?.(isIntersecting)
        },
        { rootMargin: "600px 0px" }
      )

interface RowProps {
  readonly row: Model.Row
  readonly connection: Model.Connection
  readonly span: Span
  readonly ticks: ReadonlyArray<Model.Tick>
  readonly opened: string | undefined
  readonly isDrawn: boolean
  readonly onHover: (hover: Hover | undefined) => void
  readonly onOpen: (mark: Model.Mark) => void
}

const Row = ({ connection, isDrawn, onHover, onOpen, opened, row, span, ticks }: RowProps) => {
  const { definition, marks } = row
  const [place, setPlace] = useState(-1)
  const name = Model.nameOf(definition)
  const current = marks[place]

  const found = (event: MouseEvent & { readonly currentTarget: Element }) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left
    let best: Model.Mark | undefined
    let least = 14
    for (const mark of marks) {
      const left = at(span, mark.start)
      const end = Model.isOpen(mark) ? span.now : (mark.finish ?? mark.start)
      const right = mark.kind === "run" ? at(span, end) : left
      const far = x < left ? left - x : x > right ? x - right : mark.kind === "run" ? 0.5 : 0
      if (far < least) [best, least] = [mark, far]
    }
    return best
  }
  const key = (event: KeyboardEvent & { readonly currentTarget: SVGSVGElement }) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0
    if (step !== 0 && marks.length > 0) {
      event.preventDefault()
      setPlace(place === -1 && step === -1 ? marks.length - 1 : (place + step + marks.length) % marks.length)
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      const tracks = [...document.querySelectorAll<SVGSVGElement>(".track[tabindex]")]
      tracks[tracks.indexOf(event.currentTarget) + (event.key === "ArrowDown" ? 1 : -1)]?.focus()
    }
    if (event.key === "Enter" && current !== undefined) onOpen(current)
  }

  const blind = Model.blindSince(connection)
  const nowAt = at(span, span.now)
  const band = (since: number, className: string, half: number) => {
    const left = Math.max(0, at(span, since))
    const width = Math.min(span.width, nowAt) - left
    return width <= 0 ? null : <rect class={className} x={left} width={width} y={middle - half} height={half * 2} />
  }
  const { expectedBy, isSilent, lastStart, nextStart } = definition
  /** Whether no mark is where a text would stand. */
  const isFree = (left: number, right: number) =>
    !marks.some((mark) => {
      const end = Model.isOpen(mark) ? span.now : (mark.finish ?? mark.start)
      return at(span, mark.start) < right && at(span, end) > left - 10
    })
  return (
    <div class="row">
      <div class="name" title={`${name}, ${definition.category}`}>
        <span class="label">{name}</span>
        {isSilent ? <span class="tag">silent</span> : null}
        <span class="category">{definition.category}</span>
      </div>
      {isDrawn ? (
        <svg
          class="track"
          width={span.width}
          height={height}
          role="group"
          tabIndex={0}
          aria-label={`${name}: ${marks.length} ${marks.length === 1 ? "run" : "runs"}; arrow keys go through them`}
          onMouseMove={(event) => {
            const mark = found(event)
            onHover(mark === undefined ? undefined : { mark, definition, x: event.clientX, y: event.clientY })
          }}
          onMouseLeave={() => onHover(undefined)}
          onClick={(event) => {
            const mark = found(event)
            if (mark !== undefined) onOpen(mark)
          }}
          onKeyDown={key}
          onBlur={() => setPlace(-1)}
        >
          {span.now < span.until ? (
            <rect class="future" x={Math.max(0, nowAt)} width={span.width} height={height} />
          ) : null}
          {ticks.map(({ isDay, t }) => (
            <path key={t} class={isDay ? "line day" : "line"} d={`M${Math.round(at(span, t)) + 0.5} 0V${height}`} />
          ))}
          {blind === undefined ? null : band(blind, "blind", middle)}
          {isSilent && expectedBy !== null ? band(expectedBy, "silence", 7) : null}
          {marks.map((mark) => (
            <Shape key={mark.id} mark={mark} definition={definition} span={span} />
          ))}
          {lastStart !== null && lastStart < span.from && isFree(0, hintWidth) ? (
            <text class="hint" x={8} y={middle + 4}>
              ‹ last {Zone.moment(lastStart, span.zone)}
            </text>
          ) : null}
          {nextStart !== null && nextStart >= span.until && isFree(span.width - hintWidth, span.width) ? (
            <text class="hint end" x={span.width - 8} y={middle + 4}>
              next {Zone.moment(nextStart, span.zone)} ›
            </text>
          ) : null}
          {marks
            .filter((mark) => mark === current || mark.id === opened)
            .map((mark) => (
              <circle key={mark.id} class="focus" cx={Math.max(0, at(span, mark.start))} cy={middle} r={12} />
            ))}
          <path class="now" d={`M${nowAt} 0V${height}`} />
        </svg>
      ) : null}
      {current === undefined ? null : (
        <span class="heard" role="status">
          {Model.sentence(current, definition, span.now, span.zone)}
        </span>
      )}
    </div>
  )
}

interface ChunkProps extends Omit<RowProps, "row" | "isDrawn"> {
  readonly rows: ReadonlyArray<Model.Row>
  readonly isPrinted: boolean
  /** Whether rows that are far away leave only their height, because there are so many. */
  readonly isSparse: boolean
}

const chunkSize = 25
/** With more rows than this, those that are far from the window are not in the document. */
const manyRows = 500

/** Neighbouring rows, which are watched together: watching each of ten thousand would cost more than drawing them. */
const Chunk = ({ isPrinted, isSparse, rows, ...others }: ChunkProps) => {
  const self = useRef<HTMLDivElement>(null)
  const drawn = useRef(rows.length * (height + 1))
  const [isNear, setNear] = useState(near === undefined)
  useEffect(() => {
    const node = self.current
    if (node === null || near === undefined) return
    watched.set(node, setNear)
    near.observe(node)
    return () => near.unobserve(node)
  }, [])
  const isDrawn = isNear || isPrinted
  useLayoutEffect(() => {
    if (isDrawn && self.current !== null) drawn.current = self.current.offsetHeight
  })
  return (
    <div ref={self}>
      {isSparse && !isDrawn ? (
        <svg width={1} height={drawn.current} aria-hidden="true" />
      ) : (
        rows.map((row) => <Row key={Model.keyOf(row.definition)} row={row} isDrawn={isDrawn} {...others} />)
      )}
    </div>
  )
}

const chunksOf = (rows: ReadonlyArray<Model.Row>): ReadonlyArray<ReadonlyArray<Model.Row>> =>
  Array.from({ length: Math.ceil(rows.length / chunkSize) }, (_, index) =>
    rows.slice(index * chunkSize, (index + 1) * chunkSize)
  )

export interface TimelineProps {
  readonly data: Model.Timeline
  readonly rows: ReadonlyArray<Model.Row>
  readonly from: number
  readonly until: number
  readonly zone: Zone.Zone
  readonly opened: string | undefined
  readonly onOpen: (mark: Model.Mark) => void
}

/** All rows that match. A connection without a row has a line where it cannot be read. */
export const TimelineView = ({ data, from, onOpen, opened, rows, until, zone }: TimelineProps) => {
  const axis = useRef<SVGSVGElement>(null)
  const [width, setWidth] = useState(900)
  const [hover, setHover] = useState<Hover>()
  const [isPrinted, setPrinted] = useState(false)
  useLayoutEffect(() => {
    const frame = axis.current?.parentElement
    if (frame === null || frame === undefined) return
    const measure = () => setWidth(Math.max(240, Math.floor(frame.clientWidth)))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(frame)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    const begin = () => setPrinted(true)
    const end = () => setPrinted(false)
    addEventListener("beforeprint", begin)
    addEventListener("afterprint", end)
    return () => {
      removeEventListener("beforeprint", begin)
      removeEventListener("afterprint", end)
    }
  }, [])
  useEffect(() => setHover(undefined), [from, until])
  const span: Span = { from, until, now: data.now, width, zone }
  const ticks = Model.ticksOf(from, until, width, zone)
  const nowAt = at(span, data.now)
  const byConnection = Map.groupBy(rows, ({ definition }) => definition.connection)
  return (
    <div class="timeline">
      <div class="row axis">
        <div class="name">{zone}</div>
        <div class="frame">
          <svg class="track" ref={axis} width={width} height={26} aria-hidden="true">
            {ticks
              .filter(({ isDay, t }) => {
                const x = at(span, t)
                if (x + (isDay ? 72 : 34) > width) return false
                return x + (isDay ? 76 : 36) < nowAt - 19 || x > nowAt + 20 || data.now < from || data.now > until
              })
              .map(({ isDay, label, t }) => (
                <text key={t} class={isDay ? "tick day" : "tick"} x={at(span, t) + 4} y={17}>
                  {label}
                </text>
              ))}
            {data.now >= from && data.now < until ? (
              <g>
                <rect class="nowtag" x={nowAt - 19} y={4} width={38} height={17} rx={8} />
                <text class="nowtext" x={nowAt} y={16}>
                  {Zone.clock(data.now, zone)}
                </text>
              </g>
            ) : null}
          </svg>
        </div>
      </div>
      {data.connections.map((connection) => {
        const own = byConnection.get(connection.name) ?? []
        const isBad = connection.failingSince !== null || connection.completeAt === null
        return own.length === 0 && !isBad ? null : (
          <section key={connection.name} aria-label={connection.name}>
            <h2 tabIndex={isBad ? -1 : undefined}>
              <span class={isBad ? "dot bad" : "dot good"} aria-hidden="true" />
              {connection.name} <span class="provider">{connection.provider}</span>
              <span class={isBad ? "read bad" : "read"}>
                {isBad
                  ? Model.trouble(connection, data.now)
                  : `read ${Model.length(data.now - (connection.completeAt ?? data.now))} ago`}
              </span>
            </h2>
            {chunksOf(own).map((chunk, index) => (
              <Chunk
                key={index}
                rows={chunk}
                connection={connection}
                span={span}
                ticks={ticks}
                opened={opened}
                isPrinted={isPrinted}
                isSparse={rows.length > manyRows}
                onHover={setHover}
                onOpen={onOpen}
              />
            ))}
          </section>
        )
      })}
      {hover === undefined ? null : <Tip hover={hover} now={data.now} zone={zone} />}
    </div>
  )
}

const Tip = ({ hover, now, zone }: { readonly hover: Hover; readonly now: number; readonly zone: Zone.Zone }) => {
  const { definition, mark, x, y } = hover
  const self = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const node = self.current
    if (node === null) return
    const left = Math.max(8, Math.min(x + 14, innerWidth - node.offsetWidth - 12))
    const below = y + 18
    const top = below + node.offsetHeight > innerHeight ? y - node.offsetHeight - 12 : below
    node.style.transform = `translate(${left}px, ${top}px)`
  })
  return (
    <div class="tip" ref={self}>
      <strong>{Model.nameOf(definition)}</strong> <Pill mark={mark} definition={definition} now={now} />
      <p>{Model.sentence(mark, definition, now, zone)}</p>
    </div>
  )
}

/** A mark's word, in the colour of its shape. */
export const Pill = ({ definition, mark, now }: Item & { readonly now: number }) => (
  <span class={`pill ${Model.problemOf(mark, definition, now) ?? mark.verdict ?? mark.state}`}>
    {Model.wordOf(mark, definition, now)}
  </span>
)
