/**
 * A settings file in a folder of its own, and what loading it gives.
 */
import { NodeServices } from "@effect/platform-node"
import { AvePoint } from "@scanjobs/avepoint"
import { DigiCert } from "@scanjobs/digicert"
import { GitHub } from "@scanjobs/github"
import { Tenable } from "@scanjobs/tenable"
import { ConfigProvider, Effect, FileSystem, Path } from "effect"
import { Problem, Settings } from "@scanjobs/settings"
import * as PluginModule from "@scanjobs/settings/plugins"

/** What a connection to each vendor needs, and no more. */
export const digicert = {
  name: "dc",
  provider: "digicert",
  apiKey: "key-1",
  accountId: "1",
  divisionId: 2,
  surveyDefIds: [3]
}
export const avepoint = { name: "ap", provider: "avepoint", clientId: "c", clientSecret: "secret-1", region: "us" }
export const tenable = { name: "tvm", provider: "tenable", accessKey: "access-1", secretKey: "secret-1" }

/** What stands beside the settings file, and in the environment. */
export interface Given {
  readonly env?: { readonly [name: string]: string }
  readonly files?: { readonly [name: string]: string | Uint8Array }
  /** The name of the settings file. */
  readonly name?: string
}

/** Loads this content: bytes or text as they are, anything else as JSON. */
export const load = (content: unknown, { env = {}, files: beside = {}, name = "scanjobs.json" }: Given = {}) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const folder = yield* files.makeTempDirectoryScoped({ prefix: "settings-" })
    const text = typeof content === "string" || content instanceof Uint8Array ? content : JSON.stringify(content)
    for (const [file, written] of Object.entries({ ...beside, [name]: text })) {
      const bytes = typeof written === "string" ? new TextEncoder().encode(written) : written
      yield* files.writeFile(path.join(folder, file), bytes)
    }
    const settings: Settings.Settings = yield* Settings.load({
      file: path.join(folder, name),
      providers: [DigiCert, AvePoint, GitHub, Tenable],
      plugins: PluginModule.load
    })
    return settings
  }).pipe(
    Effect.scoped,
    Effect.provide([NodeServices.layer, ConfigProvider.layer(ConfigProvider.fromEnv({ env: { ...env } }))])
  )

/** The code and the line of each problem, without the folders of paths. */
export const problems = (...args: Parameters<typeof load>) =>
  Effect.map(Effect.flip(load(...args)), (error) =>
    error instanceof Problem.InvalidSettings
      ? error.problems.map((problem) => [problem.code, Problem.format(problem).replaceAll(/\/\S*\//g, "")])
      : [["unexpected", String(error)]]
  )
