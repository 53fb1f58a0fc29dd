/**
 * The provider of scan jobs of Tenable Vulnerability Management.
 */
export * as Api from "./Api.ts"
export { Tenable } from "./Tenable.ts"
export type { Run, Scan } from "./Api.ts"
