/**
 * Checks the quotas of a provider or a listing at runtime.
 */
import { Duration, Option } from "effect"
import type { Quota } from "../policies/Quota.ts"
import { type Fail, isObject } from "./GivenVerbs.ts"

/** Fails for a quota that could not be kept. */
export const check = (quotas: ReadonlyArray<Quota> | undefined, fail: Fail): void => {
  for (const quota of quotas ?? []) {
    if (!isObject(quota)) fail('`quotas` has an entry that is no quota: give `{ requests: 60, window: "1 minute" }`')
    const { requests, window } = quota
    if (!Number.isInteger(requests) || requests < 1)
      fail(`\`quotas\` has ${requests} requests: give a whole number from 1 on`)
    if (!Option.exists(Duration.fromInput(window), Duration.isPositive))
      fail('`quotas` has a window that is not a duration: give one such as "1 minute"')
  }
}
