/**
 * Why an agent gets no answer.
 */
import type { StoreError } from "@scanjobs/history"
import { Schema } from "effect"
import * as StoreAdvice from "./StoreAdvice.ts"

/** What was asked for makes no sense, such as a connection that there is not. */
export class BadArgument extends Schema.TaggedError<BadArgument>()("BadArgument", { detail: Schema.String }) {
  override get message(): string {
    return this.detail
  }
}

/** The store cannot be read now. Nothing is known of the scans. */
export class HistoryUnavailable extends Schema.TaggedError<HistoryUnavailable>()("HistoryUnavailable", {
  condition: Schema.String
}) {
  override get message(): string {
    return `the store cannot be used: ${this.condition}. Nothing is known of the scans now; try again later`
  }
}

/** Every problem. */
export const AgentProblem = Schema.Union([BadArgument, HistoryUnavailable])

/** What is said of a store that failed; its address stays in the log. */
export const ofStore = ({ reason }: StoreError.StoreError) =>
  new HistoryUnavailable({ condition: StoreAdvice.of(reason) })
