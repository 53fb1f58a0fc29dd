/**
 * Keeps failures small, because a program may hold those of ten thousand connections until its end.
 *
 * An engine keeps with an error the functions that were on the stack, and with these everything that they can reach: the session of the
 * connection and its answers. The stack of a failure leads through this library only, so that nobody misses it.
 */
import type { ScanError } from "./ScanError.ts"

/** The same error with its own words in place of the stack. Assigning them is what frees the functions. */
export const stackless = (error: ScanError): ScanError => {
  for (const one of [error, error.reason]) one.stack = `${one.name}: ${one.message}`
  return error
}
