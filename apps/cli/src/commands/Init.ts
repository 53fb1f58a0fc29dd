/**
 * What `scanjobs init` does.
 */
import { Effect, Option, Path, Stdio } from "effect"
import { Prompt } from "effect/cli"
import * as PrivateFile from "../files/PrivateFile.ts"
import { defaultName } from "../settings/Settings.ts"
import * as BuiltIn from "../plugins/BuiltIn.ts"
import * as NewConnection from "../settings/NewConnection.ts"
import { SettingsProblem, UsageProblem } from "../Problem.ts"
import * as StandardError from "../report/StandardError.ts"

/** What was given on the command line. */
export interface Input {
  readonly config: Option.Option<string>
}

/** How a person is asked. */
export interface Interview {
  readonly ask: NewConnection.Ask
  readonly choose: (question: string, choices: ReadonlyArray<string>) => Effect.Effect<string, UsageProblem>
  readonly confirm: (question: string) => Effect.Effect<boolean, UsageProblem>
}

/** Asks on the terminal, and writes the file. */
export const run = Effect.fnUntraced(function* (input: Input) {
  const file = yield* freeFile(input)
  const stdio = yield* Stdio.Stdio
  if (!(yield* stdio.stdinIsTerminal) || !(yield* stdio.stdoutIsTerminal)) {
    return yield* new UsageProblem({
      message: `init asks questions, and needs a terminal; without one, write ${file} yourself (scanjobs schema describes it)`
    })
  }
  return yield* Effect.flatMap(Effect.context<Prompt.Environment>(), (context) => {
    const answered = <A>(prompt: Prompt.Prompt<A>) =>
      Prompt.run(prompt).pipe(
        Effect.provideContext(context),
        Effect.mapError(() => new UsageProblem({ message: "init was ended; nothing was written" }))
      )
    return write(file, {
      ask: ({ key, validate, ...question }) =>
        answered(
          Prompt.String({
            message: `${key} (${question.expected})`,
            ...(question.default === undefined ? {} : { default: question.default }),
            validate
          })
        ),
      choose: (message, choices) =>
        answered(Prompt.Select({ message, choices: choices.map((value) => ({ title: value, value })) })),
      confirm: (message) => answered(Prompt.Confirm({ message, initial: false }))
    })
  })
})

/** The absolute path of the file to write; fails where there is one. */
const freeFile = Effect.fnUntraced(function* (input: Input) {
  const path = yield* Path.Path
  const file = path.resolve(Option.getOrElse(input.config, () => defaultName))
  if (!(yield* Effect.mapError(PrivateFile.isFree(file), unwritable))) {
    return yield* new UsageProblem({
      message: `${file} exists, and init does not change it; name another file with --config FILE`
    })
  }
  return file
})

/** Asks for connections until there are no more, and writes them to a new file that only its owner can read. */
export const write = Effect.fnUntraced(function* (file: string, interview: Interview) {
  const connections: Array<NewConnection.Settings> = []
  do {
    const id = yield* interview.choose(
      "Vendor",
      BuiltIn.all.map((provider) => provider.id)
    )
    const chosen = BuiltIn.all.find((provider) => provider.id === id)
    if (chosen === undefined) return yield* Effect.die(new Error(`there is no provider ${id}`))
    const taken = connections.map(({ name }) => name)
    connections.push(yield* NewConnection.make((yield* chosen.load).provider, taken, interview.ask))
  } while (yield* interview.confirm("Another connection?"))

  yield* Effect.mapError(PrivateFile.create(file, `${JSON.stringify({ connections }, null, 2)}\n`), unwritable)
  yield* StandardError.print([`${file} is written. Try: scanjobs config check, then scanjobs check`])
})

const unwritable = ({ message }: PrivateFile.FileFault) => new SettingsProblem({ problems: [message] })
