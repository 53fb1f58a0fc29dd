/**
 * What `scanjobs providers` does.
 */
import { Quota } from "@scanjobs/core"
import { Duration, Effect, type Option, Stream } from "effect"
import type { Source } from "../plugins/Plugin.ts"
import * as InstalledProviders from "./InstalledProviders.ts"
import * as StandardOutput from "../output/StandardOutput.ts"
import * as Visible from "../output/Visible.ts"

/** What was given on the command line. */
export interface Input {
  readonly config: Option.Option<string>
  readonly json: boolean
}

/** Describes the built-in providers and, where a settings file is named, its plugins' providers. */
export const run = Effect.fnUntraced(function* ({ config, json }: Input) {
  const installed = yield* InstalledProviders.find(config)
  const text = json ? `${JSON.stringify(installed.map(describe), null, 2)}\n` : installed.map(render).join("\n")
  yield* StandardOutput.write(Stream.make(text))
})

const describe = ({ provider, source, version }: Source) => ({
  id: provider.id,
  source,
  version,
  listings: Object.keys(provider.listings),
  settings: provider.settings.map(({ key, required, secret, type }) => ({
    key,
    type,
    required,
    secret,
    file: provider.fileSettings.has(key)
  })),
  quotas: provider.quotas.map(({ requests, window }) => ({
    requests,
    windowMillis: Duration.toMillis(Duration.fromInputUnsafe(window))
  }))
})

const render = (source: Source): string => {
  const { id, listings, settings, version } = describe(source)
  const width = Math.max(...settings.map(({ key }) => key.length))
  return [
    `${id} (${[source.source, ...(version === null ? [] : [version])].join(", ")})`,
    `  listings  ${listings.join(", ")}`,
    `  quotas    ${source.provider.quotas.map(Quota.format).join(", ") || "none"}`,
    "  settings",
    ...settings.map(({ file, key, required, secret, type }) => {
      const facts = [type, required ? "required" : "optional", secret ? "secret" : "", file ? "or @file" : ""]
      return `    ${key.padEnd(width)}  ${facts.filter((fact) => fact !== "").join(", ")}`
    }),
    ""
  ]
    .map(Visible.text)
    .join("\n")
}
