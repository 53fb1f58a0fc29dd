/**
 * The command line: its commands, and the exit code of each way to end.
 */
import { Secrets } from "@scanjobs/core"
import { Effect, Layer, Logger, Stdio } from "effect"
import { CliConfig, type CliError, CliOutput, Command, GlobalFlag, TerminalCapabilities } from "effect/cli"
import { createRequire } from "node:module"
import * as CheckCommand from "./commands/CheckCommand.ts"
import * as ConfigCommand from "./commands/ConfigCommand.ts"
import * as EmulateCommand from "./commands/EmulateCommand.ts"
import * as ConnectionsCommand from "./commands/fleet/ConnectionsCommand.ts"
import * as FleetCommand from "./commands/fleet/FleetCommand.ts"
import * as InitCommand from "./commands/InitCommand.ts"
import * as ChangesCommand from "./commands/history/ChangesCommand.ts"
import * as McpCommand from "./commands/history/McpCommand.ts"
import * as MissedCommand from "./commands/history/MissedCommand.ts"
import * as WatchCommand from "./commands/history/WatchCommand.ts"
import * as ServeCommand from "./commands/history/ServeCommand.ts"
import * as SyncCommand from "./commands/history/SyncCommand.ts"
import * as ListCommand from "./commands/ListCommand.ts"
import * as Options from "./commands/SharedFlags.ts"
import * as Crash from "./Crash.ts"
import * as ExitCode from "./ExitCode.ts"
import { Suggestion } from "@scanjobs/settings"
import { nameOf } from "./Problem.ts"
import * as ProvidersCommand from "./commands/ProvidersCommand.ts"
import * as SchemaCommand from "./commands/SchemaCommand.ts"
import * as Arguments from "./commands/Arguments.ts"
import * as JsonLine from "./report/JsonLine.ts"
import * as KnownSecrets from "./report/KnownSecrets.ts"
import * as StandardError from "./report/StandardError.ts"
import * as Client from "./services/Client.ts"
import * as SummaryCommand from "./commands/SummaryCommand.ts"
import * as Telemetry from "./services/Telemetry.ts"
import * as Visible from "./output/Visible.ts"

const manifest: { readonly version: string } = createRequire(import.meta.url)("scanjobs/package.json")

/** Loaded when it is needed, so that help appears at once. */
const jsonLines = Effect.promise(() => import("./report/JsonLines.ts"))

const scanjobs = (telemetry: Layer.Layer<never>) => {
  const services = Layer.mergeAll(Client.layer, telemetry)
  return Command.make("scanjobs").pipe(
    Command.withDescription("Every vendor's scan jobs: planned, running and finished"),
    Command.withSubcommands([
      ListCommand.command.pipe(Command.provide(services)),
      SummaryCommand.command.pipe(Command.provide(services)),
      SyncCommand.command.pipe(Command.provide(services)),
      MissedCommand.command,
      ChangesCommand.command,
      WatchCommand.command.pipe(Command.provide(services)),
      ServeCommand.command.pipe(Command.provide(services)),
      McpCommand.command,
      CheckCommand.command.pipe(Command.provide(services)),
      ConnectionsCommand.command,
      FleetCommand.command,
      ProvidersCommand.command,
      EmulateCommand.command,
      InitCommand.command,
      ConfigCommand.command,
      SchemaCommand.command
    ])
  )
}

/** Runs the program's own arguments, says on standard error what went wrong, and gives the exit code. */
export const run = Effect.gen(function* () {
  const stdio = yield* Stdio.Stdio
  const args = yield* stdio.args
  const isJson = Options.wantsJsonErrors(args)
  const secrets = Secrets.make()
  const tell = (reason: string, problems: ReadonlyArray<string>, codes: ReadonlyArray<string> = []) =>
    isJson
      ? Effect.flatMap(jsonLines, ({ print }) =>
          print(
            problems.map((message, index) => JsonLine.problem(reason, message, codes[index])),
            secrets
          )
        )
      : StandardError.print(problems.map(secrets.scrub))
  const note = (message: string) =>
    Effect.provideService(
      isJson
        ? Effect.flatMap(jsonLines, (lines) => lines.print([lines.note(message)], secrets))
        : StandardError.print([secrets.scrub(`note: ${message}`)]),
      Stdio.Stdio,
      stdio
    )
  const crashed = Effect.flatMap(yield* Crash.Crash, (error) =>
    Effect.as(tell("InternalError", [Crash.describe(error)]), ExitCode.incomplete)
  )
  return yield* Command.runWith(
    scanjobs(Telemetry.layer(manifest.version, note)),
    manifest
  )(Arguments.prepare(args)).pipe(
    Effect.as<number>(ExitCode.complete),
    Effect.raceFirst(crashed),
    Effect.catchTags({
      SettingsProblem: ({ _tag, codes, problems }) => Effect.as(tell(_tag, problems, codes), ExitCode.ofProblem[_tag]),
      UsageProblem: ({ _tag, message }) => Effect.as(tell(_tag, message.split("\n")), ExitCode.ofProblem[_tag]),
      OutputFailed: ({ _tag, message }) => Effect.as(tell(_tag, [message]), ExitCode.ofProblem[_tag]),
      StoreFailed: ({ _tag, message }) => Effect.as(tell(_tag, [message]), ExitCode.ofProblem[_tag]),
      NotComplete: ({ _tag }) => Effect.succeed(ExitCode.ofProblem[_tag]),
      Found: ({ _tag }) => Effect.succeed(ExitCode.ofProblem[_tag]),
      // `--help` ends this way too, and then there are no errors.
      ShowHelp: ({ errors }) => Effect.succeed(errors.length === 0 ? ExitCode.complete : ExitCode.unusable)
    }),
    Effect.catch(({ message }) => Effect.as(tell("UsageProblem", [message]), ExitCode.unusable)),
    Effect.catchDefect((defect) =>
      Effect.as(tell("InternalError", [`internal error: ${nameOf(defect)}`]), ExitCode.incomplete)
    ),
    Effect.provideService(KnownSecrets.KnownSecrets, secrets),
    Effect.provideService(
      CliOutput.Presenter,
      presenter((problems) => Effect.provideService(tell("UsageProblem", problems), Stdio.Stdio, stdio))
    ),
    Effect.provide([TerminalCapabilities.layer, CliConfig.layer({ builtIns }), Logger.layer(isJson ? [] : [logger])])
  )
})

/** The wizard asks questions on standard output, which is for rows. */
const builtIns = [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions, GlobalFlag.LogLevel]

const logger = Logger.withConsoleError(Logger.map(Logger.formatLogFmt, Visible.text))

/** A mistake gets a line on standard error instead of the whole help on standard output. */
const presenter = (tell: (problems: ReadonlyArray<string>) => Effect.Effect<void>): CliOutput.Presenter => ({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? tell([
          ...event.errors.map((error) => explained(error).replaceAll(/\s*\n\s*/g, " ")),
          `see ${event.commandPath.join(" ")} --help`
        ])
      : CliOutput.defaultPresenter.present(event)
})

/** The parser's own message, with the nearest of the values that an option takes. */
const explained = (error: CliError.CliError): string =>
  error._tag === "InvalidValue"
    ? `${error.message}${Suggestion.of(
        error.value,
        [...error.expected.matchAll(/"([^"]+)"/g)]
          .map(([, value = ""]) => value)
          .filter((value) => value !== error.value)
      )}`
    : error.message
