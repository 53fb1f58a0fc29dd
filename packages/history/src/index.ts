/**
 * What became of every planned scan, by what was read.
 */
export * as Change from "./store/Change.ts"
export * as Judgement from "./judgement/Judgement.ts"
export type { JudgementPolicy, Pause } from "./judgement/JudgementPolicy.ts"
export * as Notice from "./notify/Notice.ts"
export * as Notices from "./notify/Notices.ts"
export * as Ocsf from "./ocsf/Ocsf.ts"
export * as Rhythm from "./judgement/Rhythm.ts"
export * as Store from "./store/Store.ts"
export * as StoreError from "./store/StoreError.ts"
export * as StoredJob from "./store/StoredJob.ts"
export * as Sync from "./sync/Sync.ts"
export * as Target from "./notify/Target.ts"
export * as Verdict from "./judgement/Verdict.ts"
export * as Views from "./views/Views.ts"
