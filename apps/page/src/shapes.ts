/**
 * The marks of a row as few shapes: all that look alike are one path.
 */
import * as Model from "./model.ts"

/** Where a time stands in a row. */
export type Place = (time: number) => number

export const height = 34
export const middle = height / 2

/** Paths by their class, in the order in which they are drawn, and the places of question marks. */
export interface Shapes {
  readonly paths: ReadonlyArray<readonly [name: string, path: string]>
  readonly questions: ReadonlyArray<number>
}

const tenth = (n: number) => Math.round(n * 10) / 10

const bar = (x: number, width: number, half: number) => {
  const r = Math.min(3, width / 2)
  const side = tenth(half * 2 - 2 * r)
  const top = tenth(width - 2 * r)
  const arc = (dx: number, dy: number) => `a${tenth(r)} ${tenth(r)} 0 0 1 ${tenth(dx)} ${tenth(dy)}`
  return `M${tenth(x + r)} ${middle - half}h${top}${arc(r, r)}v${side}${arc(-r, r)}h${-top}${arc(-r, -r)}v${-side}${arc(r, -r)}z`
}

const circle = (x: number, r: number) =>
  `M${tenth(x - r)} ${middle}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 ${-2 * r} 0z`

/** When it ends, as far as it is known; something that runs goes on until now. */
export const endOf = (mark: Model.Mark, now: number): number =>
  Model.isOpen(mark) ? Math.max(now, mark.start) : (mark.finish ?? mark.start)

/** From where to where a mark is drawn. */
export const extentOf = (mark: Model.Mark, at: Place, now: number): readonly [left: number, right: number] => {
  const left = Math.max(at(mark.start), -4)
  return mark.kind === "occurrence" && mark.together === undefined
    ? [left, left]
    : [left, left + Math.max(4, at(endOf(mark, now)) - left)]
}

export const shapesOf = (marks: ReadonlyArray<Model.Mark>, at: Place, now: number): Shapes => {
  const paths = new Map<string, string>()
  const questions: Array<number> = []
  const add = (name: string, path: string) => paths.set(name, (paths.get(name) ?? "") + path)
  for (const mark of marks) {
    if (mark.kind === "run" || mark.together !== undefined) run(mark, at, now, add)
    else occurrence(mark, at(mark.start), now, add, questions)
  }
  return { paths: [...paths].toSorted(([a], [b]) => rank(a) - rank(b)), questions }
}

type Add = (name: string, path: string) => void

/** What needs attention lies above everything else, and signs above what they are on. */
const rank = (name: string): number =>
  name === "sign" ? 3 : name === "late" ? 0 : /failed|long|missed|overdue|partially/.test(name) ? 2 : 1

const run = (mark: Model.Mark, at: Place, now: number, add: Add) => {
  const [left, right] = extentOf(mark, at, now)
  const width = right - left
  const { needs } = mark
  if (mark.verdict === "late" && mark.delay !== null && mark.together === undefined) {
    const planned = tenth(at(mark.start - mark.delay))
    add("late", `M${planned} ${middle - 6}v12M${planned} ${middle}H${tenth(left)}`)
  }
  const name = mark.kind === "occurrence" ? `many ${mark.verdict ?? "planned"}` : `run ${mark.state}`
  add(needs === "long" ? `${name} long` : name, bar(left, width, needs === "failed" ? 10 : 7))
  const centre = tenth(left + width / 2)
  if (needs === "failed" && width >= 10) add("sign", `M${tenth(centre - 2.5)} ${middle - 2.5}l5 5m0-5l-5 5`)
  if (needs === "partial" && width >= 8) add("sign", `M${centre} ${middle - 4}v5m0 2v1`)
}

const occurrence = (mark: Model.Mark, place: number, now: number, add: Add, questions: Array<number>) => {
  const x = tenth(place)
  switch (mark.verdict) {
    case "missed":
      add("missed ring", circle(x, 8))
      add("missed sign", `M${tenth(x - 3.5)} ${middle - 3.5}l7 7m0-7l-7 7`)
      break
    case "overdue":
      add("overdue ring", circle(x, 8))
      add("overdue sign", `M${x} ${middle - 4.5}v5.5m0 2.6v.4`)
      break
    case "unknown":
      add("unknown ring", circle(x, 7))
      questions.push(x)
      break
    case "skipped":
    case "cancelled":
    case "withdrawn":
      add("off", `M${tenth(x - 4)} ${middle}h8`)
      break
    default:
      add(mark.start <= now ? "planned due" : "planned", circle(x, 4))
  }
}
