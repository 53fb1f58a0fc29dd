/**
 * The time line: a row for each definition under its connection. Only rows near the part that is seen are in the document.
 */
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks"
import * as Model from "./model.ts"
import { Pill } from "./Pill.tsx"
import { useEnds } from "./print.ts"
import { type Hover, Row, Waiting } from "./Row.tsx"
import * as Rows from "./rows.ts"
import { at, type Grid, type Span } from "./span.ts"
import * as Zone from "./zone.ts"

/** One observer for all blocks: those that are far from the window leave only their height. */
const watched = new WeakMap<Element, (isNear: boolean) => void>()
const near =
  typeof IntersectionObserver === "undefined"
    ? undefined
    : new IntersectionObserver(
        (entries) => {
          for (const { isIntersecting, target } of entries) watched.get(target)?.(isIntersecting)
        },
        { rootMargin: "700px 0px" }
      )

/** How many rows are printed, and to that end kept. */
const printable = 500

interface BlockProps {
  readonly block: Rows.Block
  readonly source: Rows.Source
  readonly span: Span
  readonly grid: Grid
  readonly opened: string | undefined
  /** Whether rows are kept that are not near, to be printed. */
  readonly isKept: boolean
  readonly isPrinted: boolean
  /** The row that is to be focused once it is there. */
  readonly wanted: { current: number | undefined }
  readonly loaded: Map<number, number>
  readonly focusRow: (row: number) => void
  readonly onHover: (hover: Hover | undefined) => void
  readonly onOpen: (mark: Model.Mark) => void
}

const isNarrow = typeof matchMedia === "undefined" ? undefined : matchMedia("(max-width: 640px)")

/** Until a block was drawn once, its height is a guess. */
const guess = ({ count, lines }: Rows.Block) =>
  count * (isNarrow?.matches === true ? 61 : 35) + (lines.length - count) * 37

const BlockView = ({ block, isKept, isPrinted, loaded, source, span, wanted, ...others }: BlockProps) => {
  const self = useRef<HTMLDivElement>(null)
  const drawn = useRef<number | undefined>(undefined)
  const [isNear, setNear] = useState(near === undefined)
  useEffect(() => {
    const node = self.current
    if (node === null || near === undefined) return
    watched.set(node, (now) => setNear(now || node.contains(document.activeElement)))
    near.observe(node)
    return () => near.unobserve(node)
  }, [])
  const rows = Rows.useRows(block, source, isNear || isKept)
  const isDrawn = isPrinted ? isKept && (rows !== undefined || block.count === 0) : isNear
  useLayoutEffect(() => {
    if (rows === undefined) loaded.delete(block.index)
    else loaded.set(block.index, rows.length)
    if (isDrawn && !isPrinted && self.current !== null) drawn.current = self.current.offsetHeight
    const row = wanted.current
    if (row === undefined || row < block.offset || row >= block.offset + block.count) return
    const track = self.current?.querySelector<SVGSVGElement>(`[data-row="${row}"]`)
    if (track === null || track === undefined) return
    wanted.current = undefined
    track.focus()
  })
  const { focusRow, grid, onHover, onOpen, opened } = others
  // Preact leaves alone what is the same as before.
  const lines = useMemo(
    () =>
      !isDrawn
        ? null
        : block.lines.map(({ connection, row }, index) => {
            const place = 2 + block.first + index
            if (row === -1)
              return <Heading key={connection.name} connection={connection} place={place} now={span.now} />
            const found = rows?.[row - block.offset]
            return found === undefined ? (
              <Waiting key={row} place={place} />
            ) : (
              <Row
                key={row}
                index={row}
                place={place}
                row={found}
                connection={connection}
                span={span}
                grid={grid}
                opened={found.marks.some(({ id }) => id === opened) ? opened : undefined}
                focusRow={focusRow}
                onHover={onHover}
                onOpen={onOpen}
              />
            )
          }),
    [isDrawn, block, rows, span, grid, opened]
  )
  return (
    <div ref={self} role="rowgroup" class="block">
      {lines ?? <svg class="space" width={1} height={drawn.current ?? guess(block)} aria-hidden="true" />}
    </div>
  )
}

interface HeadingProps {
  readonly connection: Model.HeadConnection
  readonly place: number
  readonly now: number
}

const Heading = ({ connection, now, place }: HeadingProps) => {
  const isBad = Rows.isBad(connection)
  return (
    <div class="connection" role="row" aria-rowindex={place}>
      <div role="rowheader">
        <h2 tabIndex={isBad ? -1 : undefined}>
          <span class={isBad ? "dot bad" : "dot good"} aria-hidden="true" />
          {connection.name} <span class="provider">{connection.provider}</span>
          <span class={isBad ? "read bad" : "read"}>
            {isBad ? Model.trouble(connection, now) : `read ${Model.length(now - (connection.completeAt ?? now))} ago`}
          </span>
        </h2>
      </div>
    </div>
  )
}

export interface TimelineProps {
  readonly head: Model.Head
  readonly source: Rows.Source
  readonly from: number
  readonly until: number
  readonly zone: Zone.Zone
  readonly opened: string | undefined
  /** Counts up: go to the next connection that cannot be read. */
  readonly goToBad: number
  readonly onOpen: (mark: Model.Mark) => void
}

/** All rows that match. A connection without a row has a line where it cannot be read. */
export const TimelineView = ({ from, goToBad, head, onOpen, opened, source, until, zone }: TimelineProps) => {
  const axis = useRef<SVGSVGElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const [seen, setWidth] = useState(900)
  const [hover, setHover] = useState<Hover>()
  const [isPrinted, setPrinted] = useState<{ readonly rows: number }>()
  const [isKept, setKept] = useState(false)
  const wanted = useRef<number | undefined>(undefined)
  const [loaded] = useState(() => new Map<number, number>())
  useLayoutEffect(() => {
    const around = axis.current?.parentElement
    if (around === null || around === undefined) return
    const measure = () => setWidth(Math.max(240, Math.floor(around.clientWidth)))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(around)
    return () => observer.disconnect()
  }, [])
  useEnds(
    () => setPrinted({ rows: [...loaded].reduce((sum, [, rows]) => sum + rows, 0) }),
    () => setPrinted(undefined)
  )
  // What is seen comes first.
  useEffect(() => {
    const timer = setTimeout(() => setKept(true), 1500)
    return () => clearTimeout(timer)
  }, [])
  useEffect(() => setHover(undefined), [from, until])
  const latest = useRef(onOpen)
  latest.current = onOpen
  const open = useCallback((mark: Model.Mark) => latest.current(mark), [])
  const lines = useMemo(() => Rows.linesOf(head), [head])
  const blocks = useMemo(() => Rows.blocksOf(lines), [lines])
  const width = isPrinted === undefined ? seen : printedWidth
  const span = useMemo((): Span => ({ from, until, now: head.now, width, zone }), [from, until, head.now, width, zone])
  const ticks = useMemo(() => Model.ticksOf(from, until, width, zone), [from, until, width, zone])
  const grid = useMemo((): Grid => {
    const path = (isDay: boolean) =>
      ticks
        .filter((tick) => tick.isDay === isDay)
        .map(({ t }) => `M${Math.round(at(span, t)) + 0.5} 0V34`)
        .join("")
    return { days: path(true), hours: path(false) }
  }, [ticks, span])
  const focusRow = useCallback(
    (row: number) => {
      const last = head.rows - 1
      const target = Math.max(0, Math.min(last, row))
      const track = frame.current?.querySelector<SVGSVGElement>(`[data-row="${target}"]`)
      if (track !== null && track !== undefined) return track.focus()
      wanted.current = target
      const block = blocks.findIndex(({ count, offset }) => target >= offset && target < offset + count)
      frame.current?.querySelectorAll(".block")[block]?.scrollIntoView({ block: row <= 0 ? "end" : "center" })
    },
    [blocks, head.rows]
  )
  useEffect(() => {
    if (goToBad === 0) return
    const bad = lines.findIndex(({ connection, row }) => row === -1 && Rows.isBad(connection))
    const block = blocks.findIndex((one) => bad >= one.first && bad < one.first + one.lines.length)
    const node = frame.current?.querySelectorAll(".block")[block]
    node?.scrollIntoView({ block: "center" })
    let turns = 0
    const focus = () => {
      const heading = node?.querySelector<HTMLElement>("h2:has(.dot.bad)")
      if (heading === null || heading === undefined) {
        // The block is drawn once it has come near.
        if (turns++ < 120) requestAnimationFrame(focus)
        return
      }
      heading.scrollIntoView({ block: "center" })
      heading.focus({ preventScroll: true })
    }
    focus()
  }, [goToBad])
  const nowAt = at(span, head.now)
  const { order, query, turn } = source
  // Hundreds of blocks are left alone where nothing of them is new, such as while the pointer moves.
  const drawn = useMemo(
    () =>
      blocks.map((block) => (
        <BlockView
          key={block.index}
          block={block}
          source={source}
          span={span}
          grid={grid}
          opened={opened}
          isKept={isKept && block.offset < printable}
          isPrinted={isPrinted !== undefined}
          wanted={wanted}
          loaded={loaded}
          focusRow={focusRow}
          onHover={setHover}
          onOpen={open}
        />
      )),
    [blocks, order, query, turn, span, grid, opened, isKept, isPrinted]
  )
  const tagAt = Math.max(19, Math.min(width - 19, nowAt))
  return (
    <>
      <div
        class="timeline"
        role="table"
        aria-label="Time line"
        aria-rowcount={lines.length + 1}
        aria-colcount={2}
        ref={frame}
      >
        <div role="rowgroup" class="axis">
          <div class="row" role="row" aria-rowindex={1}>
            <div class="name" role="columnheader">
              {zone}
            </div>
            <div class="frame" role="columnheader">
              <span class="heard">Runs</span>
              <svg class="track" ref={axis} width={width} height={26} aria-hidden="true">
                {ticks
                  .filter(({ isDay, t }) => {
                    const x = at(span, t)
                    if (x + (isDay ? 72 : 34) > width) return false
                    return x + (isDay ? 76 : 36) < nowAt - 19 || x > nowAt + 20 || head.now < from || head.now > until
                  })
                  .map(({ isDay, label, t }) => (
                    <text key={t} class={isDay ? "tick day" : "tick"} x={at(span, t) + 4} y={17}>
                      {label}
                    </text>
                  ))}
                {head.now >= from && head.now < until ? (
                  <g>
                    <rect class="nowtag" x={tagAt - 19} y={4} width={38} height={17} rx={8} />
                    <text class="nowtext" x={tagAt} y={16}>
                      {Zone.clock(head.now, zone)}
                    </text>
                  </g>
                ) : null}
              </svg>
            </div>
          </div>
        </div>
        {drawn}
      </div>
      {isPrinted === undefined || isPrinted.rows >= head.rows ? null : (
        <p class="leftout">
          The first {isPrinted.rows} of {head.rows} rows are printed. Filter by a name or a counter to print others.
        </p>
      )}
      {hover === undefined ? null : <Tip hover={hover} now={head.now} zone={zone} />}
    </>
  )
}

/** The width of the marks on a sheet of paper, which is the narrower one of A4 and Letter, across. */
const printedWidth = 720

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
      <strong>{Model.nameOf(definition)}</strong> <Pill mark={mark} />
      <p>{Model.sentence(mark, definition.longest, now, zone)}</p>
    </div>
  )
}
