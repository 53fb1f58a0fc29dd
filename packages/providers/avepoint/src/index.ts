/**
 * The provider of scan jobs of AvePoint Online Services.
 */
export * as Api from "./Api.ts"
export { AvePoint } from "./AvePoint.ts"
export * as Region from "./Region.ts"
export type { AvePointJob } from "./Api.ts"
