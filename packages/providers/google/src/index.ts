/**
 * The provider of scans of Google Cloud: Sensitive Data Protection, Web Security Scanner and Dataplex.
 */
export * as Api from "./Api.ts"
export { Google } from "./Google.ts"
export type { DataScan, DataScanJob, DlpJob, JobTrigger, ScanConfig, ScanRun } from "./Api.ts"
