/**
 * The providers that need no plugin. Each is loaded when something names it, because importing all of them takes longer than many a command.
 */
import { Effect } from "effect"
import type { Playground } from "@scanjobs/testing"
import type { Installed, Source } from "./Plugin.ts"

/** A built-in provider that may not be loaded yet. */
export interface BuiltIn {
  readonly id: string
  readonly load: Effect.Effect<Source>
}

/** Emulators are loaded only by `scanjobs emulate` and `--demo`, because they bring a server. */
const builtIn = (
  id: string,
  provider: () => Promise<Installed>,
  manifest: () => Promise<{ readonly default: { readonly version: string } }>,
  emulator: () => Promise<{ readonly playground: Playground.Playground }>
): BuiltIn => ({
  id,
  load: Effect.gen(function* () {
    const source: Source = {
      provider: yield* Effect.promise(provider),
      source: "built-in",
      plugin: null,
      version: (yield* Effect.promise(manifest)).default.version,
      playground: Effect.map(Effect.promise(emulator), ({ playground }) => playground)
    }
    return source
  })
})

/** All built-in providers. */
export const all: ReadonlyArray<BuiltIn> = [
  builtIn(
    "digicert",
    async () => (await import("@scanjobs/digicert")).DigiCert,
    () => import("@scanjobs/digicert/package.json", { with: { type: "json" } }),
    () => import("@scanjobs/digicert/emulator")
  ),
  builtIn(
    "avepoint",
    async () => (await import("@scanjobs/avepoint")).AvePoint,
    () => import("@scanjobs/avepoint/package.json", { with: { type: "json" } }),
    () => import("@scanjobs/avepoint/emulator")
  ),
  builtIn(
    "github",
    async () => (await import("@scanjobs/github")).GitHub,
    () => import("@scanjobs/github/package.json", { with: { type: "json" } }),
    () => import("@scanjobs/github/emulator")
  ),
  builtIn(
    "tenable",
    async () => (await import("@scanjobs/tenable")).Tenable,
    () => import("@scanjobs/tenable/package.json", { with: { type: "json" } }),
    () => import("@scanjobs/tenable/emulator")
  ),
  builtIn(
    "aws",
    async () => (await import("@scanjobs/aws")).Aws,
    () => import("@scanjobs/aws/package.json", { with: { type: "json" } }),
    () => import("@scanjobs/aws/emulator")
  ),
  builtIn(
    "insightvm",
    async () => (await import("@scanjobs/insightvm")).InsightVM,
    () => import("@scanjobs/insightvm/package.json", { with: { type: "json" } }),
    () => import("@scanjobs/insightvm/emulator")
  ),
  builtIn(
    "gitlab",
    async () => (await import("@scanjobs/gitlab")).GitLab,
    () => import("@scanjobs/gitlab/package.json", { with: { type: "json" } }),
    () => import("@scanjobs/gitlab/emulator")
  ),
  builtIn(
    "google",
    async () => (await import("@scanjobs/google")).Google,
    () => import("@scanjobs/google/package.json", { with: { type: "json" } }),
    () => import("@scanjobs/google/emulator")
  ),
  builtIn(
    "qualys",
    async () => (await import("@scanjobs/qualys")).Qualys,
    () => import("@scanjobs/qualys/package.json", { with: { type: "json" } }),
    () => import("@scanjobs/qualys/emulator")
  ),
  builtIn(
    "purview",
    async () => (await import("@scanjobs/microsoft")).Purview,
    () => import("@scanjobs/microsoft/package.json", { with: { type: "json" } }),
    async () => ({ playground: (await import("@scanjobs/microsoft/emulator")).purviewPlayground })
  ),
  builtIn(
    "defender",
    async () => (await import("@scanjobs/microsoft")).Defender,
    () => import("@scanjobs/microsoft/package.json", { with: { type: "json" } }),
    async () => ({ playground: (await import("@scanjobs/microsoft/emulator")).defenderPlayground })
  ),
  builtIn(
    "crowdstrike",
    async () => (await import("@scanjobs/crowdstrike")).CrowdStrike,
    () => import("@scanjobs/crowdstrike/package.json", { with: { type: "json" } }),
    () => import("@scanjobs/crowdstrike/emulator")
  )
]

/** Loads the provider of this id; `undefined` where none is built in. */
export const find = (id: string): Effect.Effect<Installed | undefined> => {
  const found = all.find((one) => one.id === id)
  return found === undefined ? Effect.succeed(found) : Effect.map(found.load, ({ provider }) => provider)
}

/** All of them, loaded. */
export const sources: Effect.Effect<ReadonlyArray<Source>> = Effect.forEach(all, ({ load }) => load)
