/**
 * The provider of GitLab's security scans.
 */
export * as Api from "./Api.ts"
export { GitLab } from "./GitLab.ts"
export type { Job, Pipeline, Schedule } from "./Api.ts"
