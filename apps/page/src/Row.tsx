/**
 * A row of the time line: a definition's name, and its marks.
 */
import { useMemo, useState } from "preact/hooks"
import * as Model from "./model.ts"
import * as Shapes from "./shapes.ts"
import { at, type Grid, type Span } from "./span.ts"
import * as Zone from "./zone.ts"

const { height, middle } = Shapes

/** What the pointer is on. */
export interface Hover {
  readonly mark: Model.Mark
  readonly definition: Model.Definition
  readonly x: number
  readonly y: number
}

export interface RowProps {
  readonly row: Model.Row
  /** Its place among all rows. */
  readonly index: number
  /** Its place among all lines, counted from 1. */
  readonly place: number
  readonly connection: Model.Connection
  readonly span: Span
  readonly grid: Grid
  readonly opened: string | undefined
  readonly focusRow: (row: number) => void
  readonly onHover: (hover: Hover | undefined) => void
  readonly onOpen: (mark: Model.Mark) => void
}

/** A row that is asked for. */
export const Waiting = ({ place }: { readonly place: number }) => (
  <div class="row waiting" role="row" aria-rowindex={place}>
    <div class="name" role="rowheader">
      <span class="label">…</span>
    </div>
    <div class="cell" role="cell" />
  </div>
)

/** The room that a text like "last Wed 25 Nov 12:45" needs. */
const hintWidth = 150

export const Row = ({
  connection,
  focusRow,
  grid,
  index,
  onHover,
  onOpen,
  opened,
  place: line,
  row,
  span
}: RowProps) => {
  const { definition, marks } = row
  const [place, setPlace] = useState(-1)
  const name = Model.nameOf(definition)
  const label = Model.labelOf(definition)
  const current = marks[place]
  const where = (t: number) => at(span, t)
  const shapes = useMemo(() => Shapes.shapesOf(marks, where, span.now), [marks, span])
  const runs = marks.reduce((sum, { together }) => sum + (together?.marks ?? 1), 0)

  const found = (event: MouseEvent & { readonly currentTarget: Element }) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left
    let best: Model.Mark | undefined
    let least = 14
    for (const mark of marks) {
      const [left, right] = Shapes.extentOf(mark, where, span.now)
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
    const target = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: Number.MAX_SAFE_INTEGER }[event.key]
    if (target !== undefined) {
      event.preventDefault()
      focusRow(target)
    }
    if (event.key === "Enter" && current !== undefined) onOpen(current)
  }

  const blind = Model.blindSince(connection)
  const nowAt = where(span.now)
  const band = (since: number, className: string, half: number) => {
    const left = Math.max(0, where(since))
    const width = Math.min(span.width, nowAt) - left
    return width <= 0 ? null : <rect class={className} x={left} width={width} y={middle - half} height={half * 2} />
  }
  const { expectedBy, isSilent, lastStart, nextStart } = definition
  /** Whether no mark is where a text would stand. */
  const isFree = (left: number, right: number) =>
    !marks.some((mark) => where(mark.start) < right && where(Shapes.endOf(mark, span.now)) > left - 10)
  return (
    <div class="row" role="row" aria-rowindex={line}>
      <div class="name" role="rowheader" title={`${name}, ${definition.category}`}>
        <span class="label">
          <span class="own">{label.own}</span>
          {label.tail === "" ? null : <span class="tail">{label.tail}</span>}
          {label.scope === "" ? null : <span class="scope">{label.scope}</span>}
        </span>
        {isSilent ? <span class="tag">silent</span> : null}
        <span class="category">{definition.category}</span>
      </div>
      <div class="cell" role="cell">
        <svg
          class="track"
          width={span.width}
          height={height}
          role="group"
          tabIndex={0}
          data-row={index}
          aria-label={`${name}: ${runs} ${runs === 1 ? "run" : "runs"}; arrow keys go through them`}
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
          // Who closes the details comes back to the run that is open.
          onBlur={() => setPlace(current?.id === opened ? place : -1)}
        >
          {span.now < span.until ? (
            <rect class="future" x={Math.max(0, nowAt)} width={span.width} height={height} />
          ) : null}
          <path class="line" d={grid.hours} />
          <path class="line day" d={grid.days} />
          {blind === undefined ? null : band(blind, "blind", middle)}
          {isSilent && expectedBy !== null ? band(expectedBy, "silence", 7) : null}
          {shapes.paths.map(([look, path]) => (
            <path key={look} class={look} d={path} />
          ))}
          {shapes.questions.map((x) => (
            <text key={x} class="question" x={x} y={middle + 3.5}>
              ?
            </text>
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
              <circle key={mark.id} class="focus" cx={Math.max(0, where(mark.start))} cy={middle} r={12} />
            ))}
          <path class="now" d={`M${nowAt} 0V${height}`} />
        </svg>
        {current === undefined ? null : (
          <span class="heard" role="status">
            {Model.sentence(current, definition.longest, span.now, span.zone)}
          </span>
        )}
      </div>
    </div>
  )
}
