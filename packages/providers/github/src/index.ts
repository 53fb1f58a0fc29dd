/**
 * GitHub as a provider of scan jobs.
 */
export * as Api from "./Api.ts"
export { GitHub } from "./GitHub.ts"
export type { Analysis, Scan } from "./Api.ts"
