/**
 * The provider of scan jobs of Tenable Vulnerability Management.
 */
export * as Api from "./Api.ts"
export * as Recurrence from "./Recurrence.ts"
export { Tenable } from "./Tenable.ts"
export type { Run, Scan } from "./Api.ts"
