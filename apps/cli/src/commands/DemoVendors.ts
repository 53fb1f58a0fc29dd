/**
 * The made-up vendors of a command that stays. Without them, `--demo` starts vendors of its own each time that something is read.
 */
import { Context } from "effect"
import type { Settings } from "../settings/Settings.ts"

/** Settings that lead to emulators. */
export type Demo = Omit<Settings, "file">

/** The vendors that live as long as the command; `undefined` where there are none. */
export const DemoVendors = Context.Reference<Demo | undefined>("scanjobs/DemoVendors", {
  defaultValue: () => undefined
})
