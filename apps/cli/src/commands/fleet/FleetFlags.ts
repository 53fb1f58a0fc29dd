/**
 * The options of the commands about a fleet.
 */
import { Argument, type Command, Flag } from "effect/cli"
import * as ListFlags from "../ListFlags.ts"
import * as SharedFlags from "../SharedFlags.ts"

const { connection, provider, tag } = SharedFlags.connections

/** Where the fleet's database is. */
export const place = { config: SharedFlags.config, store: ListFlags.stored.store }

/** What was given on the command line of a command that only needs the database. */
export type Place = Command.Command.Config.Infer<typeof place>

/** The options of the commands that change connections. */
export const named = {
  ...place,
  names: Argument.String("NAME").pipe(
    Argument.withDescription('The names of connections; "prod-*" means all whose names begin so'),
    Argument.atLeast(1)
  )
}

/** What was given on the command line of a command that changes connections. */
export type Named = Command.Command.Config.Infer<typeof named>

/** The options of the import. */
export const importing = {
  ...place,
  connection,
  provider,
  tag,
  every: Flag.String("every").pipe(
    Flag.withMetavar("DURATION"),
    Flag.withDescription("How often these connections are synced; default as the settings say, or 15m"),
    Flag.optional
  ),
  tenant: Flag.String("tenant").pipe(
    Flag.withMetavar("NAME"),
    Flag.withDescription("Whose connections these are; default as the settings say, or each its own"),
    Flag.optional
  ),
  priority: Flag.Int("priority").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("Those with a higher number come first; default as the settings say, or 0"),
    Flag.optional
  )
}

/** What was given on the command line of the import. */
export type Importing = Command.Command.Config.Infer<typeof importing>

/** The options of the commands that show something. */
export const showing = {
  ...place,
  json: Flag.Boolean("json").pipe(Flag.withDefault(false), Flag.withDescription("As JSON, for programs"))
}

/** What was given on the command line of a command that shows something. */
export type Showing = Command.Command.Config.Infer<typeof showing>
