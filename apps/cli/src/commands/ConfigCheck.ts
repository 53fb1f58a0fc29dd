/**
 * What `scanjobs config check` does.
 */
import { Effect, type Option, Stream } from "effect"
import * as Settings from "../settings/Settings.ts"
import * as StandardOutput from "../output/StandardOutput.ts"
import * as Visible from "../output/Visible.ts"

/** What was given on the command line. */
export interface Input {
  readonly config: Option.Option<string>
}

/** Loads the settings as every command does, and prints the connections that they have. */
export const run = Effect.fnUntraced(function* ({ config }: Input) {
  const { connections, file, tags } = yield* Settings.load(config)
  const lines = connections.map(({ name, provider }) => {
    const tagged = tags.get(name) ?? []
    return `${name} (${provider})${tagged.length === 0 ? "" : `: ${tagged.join(", ")}`}`
  })
  const count = connections.length === 1 ? "1 connection" : `${connections.length} connections`
  const text = [...lines, `${file} is good: ${count}; no vendor was asked`].map((line) => `${Visible.text(line)}\n`)
  yield* StandardOutput.write(Stream.fromIterable(text))
})
