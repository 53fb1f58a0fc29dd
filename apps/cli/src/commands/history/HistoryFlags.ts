/**
 * The options of the commands that keep or read a store.
 */
import { type Command, Flag } from "effect/cli"
import * as FailOn from "../FailOn.ts"
import * as ListFlags from "../ListFlags.ts"
import * as SharedFlags from "../SharedFlags.ts"

/** Where the store is. */
const { store } = ListFlags.stored

const { connection, provider, tag } = SharedFlags.connections

/** The options of every command that reads the store and asks no vendor. */
export const reading = {
  config: SharedFlags.config,
  store,
  connection,
  provider,
  tag,
  since: Flag.String("since").pipe(
    Flag.withMetavar("TIME"),
    Flag.withDescription("From when on: 2026-01-31, 2026-01-31T08:00:00Z, today, or 7d (seven days ago)"),
    Flag.optional
  ),
  tz: SharedFlags.zone,
  ...ListFlags.written,
  failOn: FailOn.flag,
  jsonErrors: SharedFlags.jsonErrors
}

/** What was given on the command line of a command that reads the store. */
export type Reading = Command.Command.Config.Infer<typeof reading>

/** How often a command that stays asks the vendors. */
export const every = Flag.String("every").pipe(Flag.withMetavar("DURATION"), Flag.optional)

/** The options of every command that asks vendors and writes to the store. */
export const syncing = {
  ...ListFlags.asking,
  store,
  back: Flag.String("back").pipe(
    Flag.withMetavar("DURATION"),
    Flag.withDescription("How far back the first sync of a connection reads; default 400d"),
    Flag.optional
  )
}

/** What was given on the command line of a command that syncs. */
export type Syncing = Command.Command.Config.Infer<typeof syncing>
