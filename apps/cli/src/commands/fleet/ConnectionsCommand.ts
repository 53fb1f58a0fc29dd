/**
 * `scanjobs connections`: the connections that a fleet has in its database.
 */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { importing, type Named, named, place, showing } from "./FleetFlags.ts"

/** The implementations are loaded when one of them runs, so that help appears at once. */
const implementations = Effect.promise(() => import("./Connections.ts"))

const add = Command.make("import", importing, (input) => Effect.flatMap(implementations, (all) => all.add(input))).pipe(
  Command.withDescription("Put the connections of the settings file into the database, with their secrets sealed"),
  Command.withExamples([
    { command: "scanjobs connections import --config customer.json --tenant customer", description: "All of a file" }
  ])
)

const list = Command.make("list", showing, (input) => Effect.flatMap(implementations, (all) => all.list(input))).pipe(
  Command.withDescription("The connections, how often they are synced, and how that goes")
)

const change = (name: "pause" | "resume" | "remove", description: string) =>
  Command.make(name, named, (input: Named) => Effect.flatMap(implementations, (all) => all.change(name, input))).pipe(
    Command.withDescription(description)
  )

const reseal = Command.make("reseal", place, (input) =>
  Effect.flatMap(implementations, (all) => all.reseal(input))
).pipe(
  Command.withDescription("Seal all secrets with the first of the fleet's keys, so that the others are needed no more")
)

/** The commands about a fleet's connections. */
export const command = Command.make("connections").pipe(
  Command.withDescription("The connections that a fleet has in its database"),
  Command.withSubcommands([
    add,
    list,
    change("pause", "Sync these connections no more, until they are resumed"),
    change("resume", "Sync these connections again, at once"),
    change("remove", "Take these connections out, with their secrets; their history stays"),
    reseal
  ])
)
