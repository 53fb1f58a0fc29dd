/**
 * `scanjobs serve`: the history in a browser and over HTTP.
 */
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { every, syncing } from "./HistoryFlags.ts"

const flags = {
  ...syncing,
  every: Flag.withDescription(every, "How often the vendors are asked; default 15m"),
  sync: Flag.Boolean("sync").pipe(
    Flag.withDefault(true),
    Flag.withDescription("--no-sync asks no vendor, and serves what other processes find")
  ),
  fleet: Flag.Boolean("fleet").pipe(
    Flag.withDefault(false),
    Flag.withDescription("Be one of many processes that sync the connections of a PostgreSQL store")
  ),
  host: Flag.String("host").pipe(
    Flag.withMetavar("ADDRESS"),
    Flag.withDefault("127.0.0.1"),
    Flag.withDescription("The address to listen on; other than 127.0.0.1 it needs --token-file")
  ),
  port: Flag.Int("port").pipe(
    Flag.withMetavar("N"),
    Flag.withDefault(4700),
    Flag.withDescription("The port to listen on; default 4700"),
    Flag.filter(
      (port) => port >= 0 && port <= 65_535,
      () => "an integer from 0 to 65535"
    )
  ),
  tokenFile: Flag.String("token-file").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("A file whose first line is what readers must show; at least 16 characters"),
    Flag.optional
  ),
  cert: Flag.String("cert").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("The certificate for HTTPS, as PEM, with those that lead to the root; goes with --key"),
    Flag.optional
  ),
  key: Flag.String("key").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("The private key of --cert, as PEM, without a passphrase"),
    Flag.optional
  )
}

/** Its implementation is loaded when it runs, so that help appears at once. */
export const command = Command.make("serve", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./Serve.ts")),
    ({ run }) => run(input)
  )
).pipe(
  Command.withDescription("Stay, sync again and again, and show the history in a browser and over HTTP"),
  Command.withExamples([
    { command: "scanjobs serve", description: "The time line at http://127.0.0.1:4700" },
    { command: "scanjobs serve --demo", description: "The same with made-up jobs, without a settings file" },
    { command: "scanjobs serve --host 0.0.0.0 --token-file token", description: "For others, who need the token" }
  ])
)
