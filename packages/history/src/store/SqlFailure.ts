/**
 * Names the condition behind an error of a database.
 */
import { Predicate } from "effect"
import type { SqlError } from "effect/sql"
import {
  DiskFull,
  type Reason,
  StoreBusy,
  StoreCorrupt,
  StoreFailed,
  StoreReadOnly,
  StoreRefused,
  StoreUnreachable
} from "./StoreError.ts"

/** SQLite's result codes, without the extension in the higher bits. */
const bySqliteCode = new Map<number, (detail: string) => Reason>([
  [3, (detail) => new StoreReadOnly({ detail })],
  [5, (detail) => new StoreBusy({ detail })],
  [6, (detail) => new StoreBusy({ detail })],
  [8, (detail) => new StoreReadOnly({ detail })],
  [11, (detail) => new StoreCorrupt({ detail })],
  [13, (detail) => new DiskFull({ detail })],
  [14, (detail) => new StoreUnreachable({ detail })],
  [26, (detail) => new StoreCorrupt({ detail })]
])

/** PostgreSQL's codes that `SqlError` has no reason for. */
const bySqlState = new Map<string, (detail: string) => Reason>([
  ["25006", (detail) => new StoreReadOnly({ detail })],
  ["3D000", (detail) => new StoreUnreachable({ detail })],
  ["53100", (detail) => new DiskFull({ detail })],
  ["53300", (detail) => new StoreBusy({ detail })],
  ["57P03", (detail) => new StoreUnreachable({ detail })],
  ["XX001", (detail) => new StoreCorrupt({ detail })],
  ["XX002", (detail) => new StoreCorrupt({ detail })]
])

/** The condition behind an error. */
export const reasonOf = ({ reason }: SqlError.SqlError): Reason => {
  const detail = detailOf(reason)
  const { cause } = reason
  if (Predicate.hasProperty(cause, "errcode") && typeof cause.errcode === "number") {
    const known = bySqliteCode.get(cause.errcode & 0xff)
    if (known !== undefined) return known(detail)
  }
  if (Predicate.hasProperty(cause, "code") && typeof cause.code === "string") {
    const known = bySqlState.get(cause.code)
    if (known !== undefined) return known(detail)
  }
  switch (reason._tag) {
    case "AuthenticationError":
    case "AuthorizationError":
      return new StoreRefused({ detail })
    case "ConnectionError":
      return new StoreUnreachable({ detail })
    case "DeadlockError":
    case "SerializationError":
    case "LockTimeoutError":
    case "StatementTimeoutError":
      return new StoreBusy({ detail })
    default:
      return new StoreFailed({ detail })
  }
}

const detailOf = (reason: SqlError.SqlErrorReason): string => {
  const { cause } = reason
  return Predicate.hasProperty(cause, "message") && typeof cause.message === "string" && cause.message !== ""
    ? cause.message
    : (reason.message ?? reason._tag)
}
