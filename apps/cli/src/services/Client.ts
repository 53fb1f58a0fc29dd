/**
 * The HTTP client of this program, through the proxies that the environment names.
 */
import { Problem } from "@scanjobs/settings"
import { Effect, Layer } from "effect"
import { SettingsProblem } from "../Problem.ts"

/** Its modules are loaded when it is built, so that help appears at once. */
export const layer = Layer.unwrap(
  Effect.map(
    Effect.promise(() => import("@scanjobs/settings/proxy")),
    (proxy) => proxy.layer
  )
).pipe(
  Layer.catch(({ problems }) =>
    Layer.effectContext(
      Effect.fail(
        new SettingsProblem({ problems: problems.map(Problem.format), codes: problems.map(({ code }) => code) })
      )
    )
  )
)
