/**
 * The options of `scanjobs list`.
 */
import { Config } from "effect"
import { type Command, Flag } from "effect/cli"
import * as Formats from "../output/Formats.ts"
import * as FailOn from "./FailOn.ts"
import * as ListQuery from "./ListQuery.ts"
import * as SharedFlags from "./SharedFlags.ts"

const file = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar("FILE"), Flag.withDescription(description), Flag.optional)

const yes = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDescription(description), Flag.withDefault(false))

/** The option that names one of these formats. */
export const format = <const Name extends string>(names: ReadonlyArray<Name>) =>
  Flag.Literals("format", names).pipe(
    Flag.withAlias("f"),
    Flag.withDescription("Default table on a terminal, and ndjson otherwise"),
    Flag.optional
  )

/** The options that say how a table or CSV is written. */
export const written = {
  noHeaders: yes("no-headers", "Leave out the header line of a table or of CSV"),
  csvRaw: yes("csv-raw", "Write CSV cells exactly as the vendor wrote them, without the guard against formulas")
}

/** The options that read the store instead of asking vendors. */
export const stored = {
  stored: yes("stored", "Read what scanjobs sync has stored, with what became of planned runs, and ask no vendor"),
  store: Flag.String("store").pipe(
    Flag.withMetavar("PLACE"),
    Flag.withDescription(
      "The store: a file, or postgres://…; default: as the settings say, or scanjobs.db beside the settings"
    ),
    Flag.optional
  )
}

/** What is wrong with `--store` alone. */
export const onlyWithStored = "--store says which store --stored reads: add --stored, or leave --store out"

/** The options of every command that asks vendors for jobs. */
export const asking = {
  config: SharedFlags.config,
  ...SharedFlags.connections,
  concurrency: ListQuery.positive("concurrency").pipe(
    Flag.withDescription("How many connections are read at once; default 8")
  ),
  pageConcurrency: ListQuery.upTo("page-concurrency", 64).pipe(
    Flag.withDescription("How many pages of one listing are read at once, where its vendor's paging allows it")
  ),
  timeout: Flag.String("timeout").pipe(
    Flag.withMetavar("DURATION"),
    Flag.withDescription("How long one listing may take, such as 10m; default 6h"),
    Flag.optional
  ),
  rateLimit: Flag.String("rate-limit").pipe(
    Flag.withMetavar("redis://HOST:PORT"),
    Flag.withDescription(
      "Share the vendors' quotas with every process that names this Redis; default SCANJOBS_RATE_LIMIT, or redis of the settings"
    ),
    Flag.withFallbackConfig(Config.String("SCANJOBS_RATE_LIMIT")),
    Flag.optional
  ),
  jsonErrors: SharedFlags.jsonErrors
}

/** What was given on the command line of a command that asks vendors for jobs. */
export type Asking = Command.Command.Config.Infer<typeof asking>

/** The options of every command that asks vendors for jobs of a query. */
export const reading = { ...asking, ...ListQuery.flags, ...written }

/** What was given on the command line of a command that reads jobs. */
export type Reading = Command.Command.Config.Infer<typeof reading>

/** The options of `list`. */
export const flags = {
  ...reading,
  format: format(Formats.jobNames),
  limit: ListQuery.positive("limit").pipe(
    Flag.withAlias("n"),
    Flag.withDescription("At most so many jobs, over all connections")
  ),
  columns: Flag.String("columns").pipe(
    Flag.withMetavar("NAMES"),
    Flag.withDescription("The columns of the table, from left to right, such as start,state,name,detail"),
    Flag.optional
  ),
  wide: Flag.withAlias(yes("wide", "Show all columns of the table, and cut nothing"), "w"),
  sort: Flag.String("sort").pipe(
    Flag.withMetavar("FIELD[:desc]"),
    Flag.withDescription("start (oldest first), finish, state (worst first), name, …; none: as the vendors answer"),
    Flag.optional
  ),
  resume: file("resume", "Record progress in this file, and continue from it if it exists"),
  rejected: file("rejected", "Write rows that had to be left out to this file, a JSON object a line"),
  failOn: FailOn.flag,
  ...stored
}

/** What was given on the command line of `list`. */
export type Input = Command.Command.Config.Infer<typeof flags>
