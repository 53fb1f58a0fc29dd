/**
 * The provider of scans of AWS Backup, GuardDuty, Inspector and Macie.
 */
export * as Api from "./Api.ts"
export { Aws } from "./Aws.ts"
export type { BackupScan, CisConfiguration, CisScan, ClassificationJob, MalwareScan } from "./Api.ts"
