/**
 * `scanjobs emulate`: vendors on loopback, to try everything without an account.
 */
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import * as Options from "./SharedFlags.ts"

const flags = {
  providers: Argument.String("PROVIDER").pipe(
    Argument.withDescription("Which vendors; default all that have an emulator"),
    Argument.variadic()
  ),
  config: Options.config,
  jobs: Flag.Int("jobs").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("How many jobs each listing has that has an end"),
    Flag.filter(
      (n) => n >= 0,
      () => "an integer of at least 0"
    ),
    Flag.optional
  ),
  faults: Flag.Finite("faults").pipe(
    Flag.withMetavar("RATE"),
    Flag.withDescription("How many requests fail the first time, from 0 (default) to 1"),
    Flag.filter(
      (rate) => rate >= 0 && rate <= 1,
      () => "a number from 0 to 1"
    ),
    Flag.withDefault(0)
  ),
  latency: Flag.Int("latency").pipe(
    Flag.withMetavar("MS"),
    Flag.withDescription("How many milliseconds every answer takes; default 0"),
    Flag.filter(
      (millis) => millis >= 0,
      () => "an integer of at least 0"
    ),
    Flag.withDefault(0)
  ),
  seed: Flag.String("seed").pipe(
    Flag.withMetavar("TEXT"),
    Flag.withDescription("Other jobs and other faults; the same ones for the same seed"),
    Flag.optional
  ),
  live: Flag.Boolean("live").pipe(
    Flag.withoutNegation,
    Flag.withDefault(false),
    Flag.withDescription("Let time go on: runs fall due, start, end, fail, come late, or never come")
  ),
  speed: Flag.Finite("speed").pipe(
    Flag.withMetavar("FACTOR"),
    Flag.withDescription("With --live: how many times faster than life; 60 makes a daily scan one of every 24 minutes"),
    Flag.filter(
      (factor) => factor >= 1 && factor <= 10_000,
      () => "a number from 1 to 10000"
    ),
    Flag.optional
  ),
  port: Flag.Int("port").pipe(
    Flag.withMetavar("N"),
    Flag.withDescription("The port of the first vendor, and the next ones for the others; default any that are free"),
    Flag.filter(
      (port) => port >= 1 && port <= 65_535,
      () => "an integer from 1 to 65535"
    ),
    Flag.optional
  )
}

/** Its implementation is loaded when it runs, so that help appears at once. */
export const command = Command.make("emulate", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./Emulate.ts")),
    ({ run }) => run(input)
  )
).pipe(
  Command.withDescription(
    "Serve emulators of vendors on this machine until stopped, and print settings that work with them"
  ),
  Command.withExamples([
    { command: "scanjobs emulate > scanjobs.json", description: "All vendors; then, elsewhere, scanjobs list" },
    { command: "scanjobs emulate --live --speed 60", description: "Vendors that live, for scanjobs sync --every 1m" },
    { command: "scanjobs emulate avepoint --jobs 1000000 --faults 0.1", description: "A large tenant on a bad day" }
  ])
)
