/**
 * Many processes that keep one history of many connections.
 */
export * as FleetStatus from "./status/FleetStatus.ts"
export * as FleetTables from "./roster/FleetTables.ts"
export * as Roster from "./roster/Roster.ts"
export * as Runner from "./runner/Runner.ts"
export * as SealingKeys from "./sealing/SealingKeys.ts"
export * as SyncQueue from "./queue/SyncQueue.ts"
