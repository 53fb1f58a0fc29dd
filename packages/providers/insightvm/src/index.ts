/**
 * The provider of scan jobs of Rapid7 InsightVM.
 */
export * as Api from "./Api.ts"
export { InsightVM } from "./InsightVM.ts"
export type { Scan, Schedule, Site } from "./Api.ts"
