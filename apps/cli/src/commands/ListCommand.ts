/**
 * `scanjobs list`: every scan job of every connection.
 */
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import * as ListQuery from "./ListQuery.ts"
import * as Options from "./SharedFlags.ts"

const file = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar("FILE"), Flag.withDescription(description), Flag.optional)

const flags = {
  config: Options.config,
  connection: Options.connection,
  ...ListQuery.flags,
  format: Flag.Literals("format", ["table", "json", "ndjson", "csv"]).pipe(
    Flag.withDescription("Default table on a terminal, and ndjson otherwise"),
    Flag.optional
  ),
  sort: Flag.Literals("sort", ["start", "none"]).pipe(
    Flag.withDescription("start: in order of start time, oldest first; none: as the vendors answer"),
    Flag.withDefault("none")
  ),
  concurrency: ListQuery.positive("concurrency").pipe(
    Flag.withDescription("How many connections are read at once; default 8")
  ),
  pageConcurrency: ListQuery.upTo("page-concurrency", 64).pipe(
    Flag.withDescription(
      "How many pages of one listing are read at once, where its vendor lets pages be told in advance"
    )
  ),
  resume: file("resume", "Keep in this file how far the run is, and go on from there if it is there"),
  rejected: file("rejected", "Write the rows that had to be left out to this file, a JSON object a line"),
  timeout: Flag.String("timeout").pipe(
    Flag.withMetavar("DURATION"),
    Flag.withDescription("How long one listing may take, such as 10m; default 6h"),
    Flag.optional
  ),
  rateLimit: Flag.String("rate-limit").pipe(
    Flag.withMetavar("redis://HOST:PORT"),
    Flag.withDescription("Share the vendors' quotas with every process that names this Redis"),
    Flag.optional
  ),
  jsonErrors: Options.jsonErrors
}

/** What was given on the command line. */
export type Input = Command.Command.Config.Infer<typeof flags>

/** Its work is loaded when it starts, so that help appears at once. */
export const command = Command.make("list", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./List.ts")),
    ({ run }) => run(input)
  )
).pipe(
  Command.withDescription("List scan jobs: rows on standard output, everything else on standard error"),
  Command.withExamples([
    { command: "scanjobs list --state failed --from -7d", description: "What failed in the last week" },
    { command: "scanjobs list --until +90d --sort start --format csv", description: "What is planned, as CSV" },
    { command: "scanjobs list --resume all.json >> all.ndjson", description: "Everything, in as many runs as it takes" }
  ])
)
