/**
 * Groups of jobs in one of the output formats.
 */
import { Stream } from "effect"
import * as Csv from "../output/Csv.ts"
import type { Destination, Format } from "../output/Formats.ts"
import { isoOf } from "../output/IsoTime.ts"
import * as States from "../output/States.ts"
import * as TextTable from "../output/TextTable.ts"
import * as TimeZone from "../output/TimeZone.ts"
import * as Visible from "../output/Visible.ts"
import * as Groups from "./Groups.ts"

/** How groups are written. */
export interface Options {
  readonly by: Groups.By
  readonly zone: TimeZone.Zone
  readonly destination: Destination
  readonly headers: boolean
  readonly csvRaw: boolean
  /** The connections that could not be read completely. */
  readonly failing: ReadonlySet<string>
}

/** Groups as text. */
export const write = (format: Format, groups: ReadonlyArray<Groups.Group>, options: Options): Stream.Stream<string> => {
  const { isTerminal } = options.destination
  switch (format) {
    case "table":
      return Stream.make(table(groups, options))
    case "csv": {
      const cells = Csv.cellsFor(isTerminal, options.csvRaw)
      return Csv.encode(csvColumns, { headers: options.headers, cells })(
        Stream.map(Stream.fromIterable(groups), (group) => record(group, options))
      )
    }
    default: {
      const lines = groups.map((group) => JSON.stringify(encoded(group, options)))
      const text =
        format === "json"
          ? `[${lines.map((line) => `\n${line}`).join(",")}\n]\n`
          : lines.map((line) => `${line}\n`).join("")
      return Stream.make(isTerminal ? Visible.jsonLines(text) : text)
    }
  }
}

const isComplete = ({ connections, connection }: Groups.Group, { failing }: Options): boolean =>
  ![...connections, ...(connection === null ? [] : [connection])].some((name) => failing.has(name))

/** A group as JSON. */
const encoded = (group: Groups.Group, options: Options) => {
  const run = Groups.last(group)
  return {
    by: options.by,
    connection: group.connection,
    provider: group.provider,
    scope: group.scope,
    definitionId: group.definitionId,
    name: group.name,
    state: group.state,
    day: group.day,
    runs: group.runs,
    planned: group.planned,
    states: Object.fromEntries(
      States.worstFirst.flatMap((state) => {
        const jobs = group.states.get(state)
        return jobs === undefined ? [] : [[state, jobs]]
      })
    ),
    failures30Days: group.failures,
    lastState: run?.state ?? null,
    lastStart: isoOf(run?.startTime ?? null),
    nextStart: isoOf(group.next),
    recent: group.recent.map(({ state }) => state),
    complete: isComplete(group, options)
  }
}

const csvColumns = [
  "connection",
  "provider",
  "scope",
  "definitionId",
  "name",
  "state",
  "day",
  "runs",
  "planned",
  "failures30Days",
  "lastState",
  "lastStart",
  "nextStart",
  "recent",
  "complete"
] as const

const record = (group: Groups.Group, options: Options): { readonly [column: string]: string } => ({
  ...Object.fromEntries(
    Object.entries(encoded(group, options)).map(([name, value]) => [
      name,
      value === null || typeof value === "object" ? "" : String(value)
    ])
  ),
  recent: strip(group)
})

/** The latest runs as letters, oldest first. */
const strip = ({ recent }: Groups.Group): string => recent.map(({ state }) => States.mark(state)).join("")

/** What the letters in the strips mean, as far as they occur. */
export const legend = (groups: ReadonlyArray<Groups.Group>): string => {
  const used = new Set(groups.flatMap(({ recent }) => recent.map(({ state }) => state)))
  return States.worstFirst
    .filter((state) => used.has(state))
    .map((state) => `${States.mark(state)} ${state}`)
    .join(", ")
}

type Column = TextTable.Column<Groups.Group>

const table = (groups: ReadonlyArray<Groups.Group>, options: Options): string => {
  if (groups.length === 0) return ""
  const layout = { width: options.destination.width, colour: options.destination.colour }
  const laid = TextTable.layOut(columnsOf(options), groups, layout)
  const lines = groups.map((group) => TextTable.line(group, laid, layout))
  return [...(options.headers ? [TextTable.header(laid, layout)] : []), ...lines].map((line) => `${line}\n`).join("")
}

const columnsOf = (options: Options): ReadonlyArray<Column> => {
  const { by, zone } = options
  const time = (millis: number | null | undefined): string =>
    millis === null || millis === undefined ? "" : (TimeZone.format(millis, zone) ?? "")
  const connection: Column = {
    title: "CONNECTION",
    rank: 90,
    least: 10,
    comfortable: 24,
    cell: (group) => group.connection ?? ""
  }
  const runs: ReadonlyArray<Column> = [
    {
      title: "LAST",
      rank: 85,
      cell: (group) => Groups.last(group)?.state ?? "-",
      colour: (group) => {
        const run = Groups.last(group)
        return run === undefined ? undefined : States.colour(run.state)
      }
    },
    { title: `LAST START (${zone.name})`, rank: 60, cell: (group) => time(Groups.last(group)?.startTime) },
    { title: "RECENT RUNS", rank: 80, right: true, cell: strip },
    {
      title: "FAILED 30D",
      rank: 82,
      right: true,
      cell: ({ failures }) => String(failures),
      colour: ({ failures }) => (failures > 0 ? States.colour("failed") : undefined)
    },
    { title: `NEXT START (${zone.name})`, rank: 70, cell: ({ next }) => time(next) },
    { title: "RUNS", rank: 50, right: true, cell: (group) => String(group.runs) },
    { title: "PLANNED", rank: 40, right: true, cell: ({ planned }) => String(planned) }
  ]
  const note: Column = {
    title: "NOTE",
    rank: 88,
    cell: (group) => (isComplete(group, options) ? "" : "incomplete"),
    colour: () => States.colour("failed")
  }
  const states: Column = {
    title: "STATES",
    rank: 80,
    least: 20,
    cell: (group) => States.counted(group.states)
  }
  switch (by) {
    case "connection":
      return [connection, { title: "PROVIDER", rank: 30, cell: ({ provider }) => provider ?? "" }, ...runs, note]
    case "definition":
      return [
        { title: "NAME", rank: 95, least: 16, comfortable: 40, cell: ({ name }) => name ?? "" },
        connection,
        { title: "SCOPE", rank: 45, least: 12, comfortable: 32, cell: ({ scope }) => scope ?? "" },
        {
          title: "DEFINITION",
          rank: 35,
          least: 10,
          comfortable: 24,
          cell: ({ definitionId, scope }) => (definitionId === null || definitionId === scope ? "" : definitionId)
        },
        ...runs,
        note
      ]
    case "state":
      return [
        {
          title: "STATE",
          rank: 100,
          cell: ({ state }) => state ?? "",
          colour: ({ state }) => (state === null ? undefined : States.colour(state))
        },
        { title: "JOBS", rank: 90, right: true, cell: (group) => String(group.runs + group.planned) },
        { title: "CONNECTIONS", rank: 60, right: true, cell: ({ connections }) => String(connections.size) },
        { title: `LAST START (${zone.name})`, rank: 70, cell: (group) => time(Groups.last(group)?.startTime) },
        { title: `NEXT START (${zone.name})`, rank: 50, cell: ({ next }) => time(next) },
        note
      ]
    case "day":
      return [
        { title: `DAY (${zone.name})`, rank: 100, cell: ({ day }) => day ?? "-" },
        { title: "RUNS", rank: 90, right: true, cell: (group) => String(group.runs) },
        { title: "PLANNED", rank: 85, right: true, cell: ({ planned }) => String(planned) },
        states,
        note
      ]
  }
}
