/**
 * The page that introduces a provider's package.
 */
import * as AuthStyle from "./AuthStyle.ts"
import type { Options } from "./Options.ts"
import { text } from "./Text.ts"

/** The settings of a connection, as a settings file holds them. */
const settingsOf = (options: Options): string => {
  const secrets = AuthStyle.piecesOf(options).secrets
  const variable = (key: string) => `${options.name.id}_${key}`.replaceAll(/-|(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()
  const settings = AuthStyle.settingsOf(options).map(
    (key) => `"${key}": "${secrets.includes(key) ? `\${${variable(key)}}` : "…"}"`
  )
  return [...settings, ...(options.scopes === "static" ? ['"projects": ["web"]'] : [])].join(",\n")
}

/** What every provider's page says. */
export const readmeOf = (options: Options, development: string): string => {
  const { name, packageName } = options
  return text`
    # ${packageName}

    The scan jobs of ${name.title} as a typed \`Stream\`: a provider for \`@scanjobs/core\`.

    ## On the command line

    \`\`\`sh
    npm install scanjobs ${packageName}
    \`\`\`

    Name the package in \`scanjobs.json\`, and \`npx scanjobs list\` lists its jobs:

    \`\`\`json
    {
      "plugins": ["${packageName}"],
      "connections": [
        {
          "name": "main",
          "provider": "${name.id}",
          ${settingsOf(options)}
        }
      ]
    }
    \`\`\`

    \`npx scanjobs providers\` shows the settings, and \`npx scanjobs emulate ${name.id}\` serves a vendor to try it on.

    ## In a program

    \`\`\`ts
    import { ${name.pascal} } from "${packageName}"
    import { Console, Effect, Stream } from "effect"
    import { FetchHttpClient } from "effect/http"

    declare const connection: typeof ${name.pascal}.Connection.Type

    export const program = ${name.pascal}.jobs(connection, { states: ["failed"] }).pipe(
      Stream.runForEach((job) => Console.log(job.name, job.vendorState, job.raw)),
      Effect.provide(FetchHttpClient.layer)
    )
    \`\`\`

    ## What is where

    ${table([
      ["file", ""],
      ["`Api.ts`", "the endpoints and the rows, as the vendor's documentation gives them"],
      [`\`${name.pascal}.ts\``, "the settings, the quotas, the paging, and how a row becomes a scan job"],
      ["`State.ts`", "which of the vendor's states is which of scanjobs'"],
      ["`Errors.ts`", "how the vendor says no"],
      ["`Emulator.ts`", "the vendor on loopback, for tests and for `scanjobs emulate`"],
      ["`SyntheticRuns.ts`", "what the emulator is filled with"],
      ["`test/Subject.ts`", "what the conformance suite must know"]
    ])}

    ${development}
    `
}

/** A Markdown table whose columns are as wide as they must be; the first row is its head. */
const table = (rows: ReadonlyArray<readonly [string, string]>): string => {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  const [head = [], ...body] = rows.map(line)
  return [head, line(widths.map((width) => "-".repeat(width))), ...body].join("\n")
}
