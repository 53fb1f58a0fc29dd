/**
 * How a connection is kept in sync, with every default filled in.
 */
import { Duration } from "effect"
import type { JudgementPolicy } from "../judgement/JudgementPolicy.ts"

/**
 * A definition, for which a policy is chosen.
 *
 * @since 0.1.0
 * @category models
 */
export interface Definition {
  readonly provider: string
  readonly connection: string
  /** The vendor's id of the schedule or profile; `null` where it has none, so that runs of one name belong together. */
  readonly definitionId: string | null
  readonly scope: string | null
  readonly name: string | null
}

/**
 * How a connection is kept in sync. Every part may be left out.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** How far back the first sync reads. Default 400 days. */
  readonly back?: Duration.Input | undefined
  /** How far ahead plans are read. Default 35 days. */
  readonly ahead?: Duration.Input | undefined
  /** How much of the last complete reading is read again, for runs that a vendor lists late. Default 1 day. */
  readonly overlap?: Duration.Input | undefined
  /**
   * For how long a run that is not over is read again by every sync. One that takes longer is looked up once a day. Default 14 days.
   */
  readonly openFor?: Duration.Input | undefined
  /** By how much the vendor's clock may differ from this one. Default 5 minutes. */
  readonly skew?: Duration.Input | undefined
  /** The rules by which planned runs are judged: the same for all, or for each definition. Default: those of `Judgement`. */
  readonly policy?: JudgementPolicy | ((definition: Definition) => JudgementPolicy) | undefined
  /** The words under which people have put a connection, kept with it in the store. Default: the store keeps what it has. */
  readonly tagsOf?:
    | ((connection: { readonly provider: string; readonly name: string }) => ReadonlyArray<string>)
    | undefined
  /** How many lanes of the connection are read at once. Default: as the provider says. */
  readonly concurrency?: number | undefined
}

/** Options with every default filled in, in milliseconds. */
export interface Settings {
  readonly back: number
  readonly ahead: number
  readonly overlap: number
  readonly openFor: number
  readonly skew: number
  readonly policyOf: (definition: Definition) => JudgementPolicy
  readonly concurrency: number | undefined
}

const noRules: JudgementPolicy = {}

/** Fills in the defaults. A store that forgets need not read further back than it remembers. */
export const make = (options: Options, retention: number | null): Settings => {
  const { policy = noRules } = options
  return {
    back: Math.min(Duration.toMillis(options.back ?? "400 days"), retention ?? Number.POSITIVE_INFINITY),
    ahead: Duration.toMillis(options.ahead ?? "35 days"),
    overlap: Duration.toMillis(options.overlap ?? "1 day"),
    openFor: Duration.toMillis(options.openFor ?? "14 days"),
    skew: Duration.toMillis(options.skew ?? "5 minutes"),
    policyOf: typeof policy === "function" ? policy : () => policy,
    concurrency: options.concurrency
  }
}
