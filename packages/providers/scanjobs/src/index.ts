/**
 * Scanjobs as a provider of scan jobs.
 */
export { Scanjobs } from "./Scanjobs.ts"
