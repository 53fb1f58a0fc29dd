/**
 * The provider of scan jobs of DigiCert CertCentral Discovery.
 */
export * as Api from "./Api.ts"
export { DigiCert } from "./DigiCert.ts"
export type { CurrentScanJob, FutureScanJob, PastScanJob } from "./Api.ts"
