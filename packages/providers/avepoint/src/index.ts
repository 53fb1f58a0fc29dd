/**
 * AvePoint Online Services as a provider of scan jobs.
 */
export * as Api from "./Api.ts"
export { AvePoint } from "./AvePoint.ts"
export * as Region from "./Region.ts"
export type { AvePointJob } from "./Api.ts"
