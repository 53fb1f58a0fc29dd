/**
 * The README of a generated package.
 */
import * as AuthStyle from "./AuthStyle.ts"
import type { Options } from "./Options.ts"
import * as ScopeStyle from "./ScopeStyle.ts"
import { text } from "./Text.ts"

/** The settings of a connection, as in a settings file. */
const settingsOf = (options: Options): string => {
  const secrets = AuthStyle.piecesOf(options).secrets
  const variable = (key: string) => `${options.name.id}_${key}`.replaceAll(/-|(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()
  const settings = AuthStyle.settingsOf(options).map(
    (key) => `"${key}": "${secrets.includes(key) ? `\${${variable(key)}}` : "…"}"`
  )
  const named = ScopeStyle.namedBy(options)
  return [...settings, ...(named === undefined ? [] : [`"${named.setting}": ["${named.sample}"]`])].join(",\n")
}

/**
 * The README of a provider; `development` is the section on working on it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const readmeOf = (options: Options, development: string): string => {
  const { name, packageName } = options
  return text`
    # ${packageName}

    The scan jobs of ${name.title} as a typed \`Stream\`: a provider for \`@scanjobs/core\`.

    ## On the command line

    \`\`\`sh
    npm install scanjobs ${packageName}
    \`\`\`

    Add the package to \`scanjobs.json\`; then \`npx scanjobs list\` lists its jobs:

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

    \`npx scanjobs providers --config scanjobs.json\` shows the settings, and \`npx scanjobs emulate ${name.id} --config scanjobs.json\` starts an emulator of the vendor to try it on.
    The emulator needs \`npm install --save-dev @scanjobs/testing\`.

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

    ## Files

    ${table([
      ["file", ""],
      ["`Api.ts`", "the endpoints and the rows, as the vendor's documentation gives them"],
      [`\`${name.pascal}.ts\``, "the settings, the quotas, the paging, and how a row becomes a scan job"],
      ["`State.ts`", "the vendor's states and the scanjobs state of each"],
      ["`Errors.ts`", "how the vendor reports errors"],
      ...(options.auth === "hmac" ? [["`Signature.ts`", "how requests are signed"] as const] : []),
      ["`Emulator.ts`", "the vendor on loopback, for tests and for `scanjobs emulate`"],
      ...(options.auth === "hmac" ? [["`SignatureCheck.ts`", "how the emulator verifies signatures"] as const] : []),
      ["`SyntheticRuns.ts`", "the emulator's data"],
      ["`test/Subject.ts`", "how the conformance suite starts the emulator and connects to it"]
    ])}

    ${development}
    `
}

/** A Markdown table with aligned columns; the first row is the head. */
const table = (rows: ReadonlyArray<readonly [string, string]>): string => {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  const [head = [], ...body] = rows.map(line)
  return [head, line(widths.map((width) => "-".repeat(width))), ...body].join("\n")
}
