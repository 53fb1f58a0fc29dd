/**
 * DigiCert CertCentral Discovery as a provider of scan jobs.
 */
export * as Api from "./Api.ts"
export { DigiCert } from "./DigiCert.ts"
export type { CurrentScanJob, FutureScanJob, PastScanJob } from "./Api.ts"
