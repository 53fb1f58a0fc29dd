/**
 * The provider of Qualys's scans and schedules.
 */
export * as Api from "./Api.ts"
export { Qualys } from "./Qualys.ts"
export type { VmScan, VmSchedule, WasScan, WasSchedule } from "./Api.ts"
