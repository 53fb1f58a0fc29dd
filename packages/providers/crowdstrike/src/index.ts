/**
 * The provider of CrowdStrike Falcon's scans.
 */
export * as Api from "./Api.ts"
export { CrowdStrike } from "./CrowdStrike.ts"
export type { NetworkRun, NetworkScan, OnDemandScan, ScheduledScan } from "./Api.ts"
