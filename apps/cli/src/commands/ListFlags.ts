/**
 * The options of `scanjobs list`.
 */
import { type Command, Flag } from "effect/cli"
import * as Formats from "../output/Formats.ts"
import * as ListQuery from "./ListQuery.ts"
import * as Options from "./SharedFlags.ts"

const file = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar("FILE"), Flag.withDescription(description), Flag.optional)

export const flags = {
  config: Options.config,
  connection: Options.connection,
  ...ListQuery.flags,
  format: Flag.Literals("format", Formats.names).pipe(
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
