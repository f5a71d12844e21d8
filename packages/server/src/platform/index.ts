export { AUDIT_MIGRATIONS, createAudit } from './audit/audit.ts';
export { audit, auditAbout } from './audit/entry.service.ts';
export type { AuditVerification } from './audit/verification.service.ts';
export { AUTH_MIGRATIONS, createAuth } from './auth/auth.ts';
export { addKey } from './auth/key.service.ts';
export { newPassword } from './auth/secret.ts';
export { hasAuthTables } from './auth/setup.store.ts';
export { addUser } from './auth/user.service.ts';
export { type Clock, monotonicMicros, systemClock } from './clock/clock.ts';
export type { Config } from './config/config.ts';
export { describeConfig, readConfig } from './config/load.ts';
export { OPTION_NAMES, OPTIONS } from './config/options.ts';
export { type Actor, type Context, PUBLIC_ACTOR, SYSTEM_ACTOR } from './context/context.ts';
export { type Database, tables } from './db/database.ts';
export { type MigrationSource, migrate } from './db/migrations.ts';
export { attachDatabase, type DatabaseHandle, openDatabase } from './db/open.ts';
export { inTransaction } from './db/transaction.ts';
export { AppError } from './errors/app-error.ts';
export {
  createOutbox,
  type EventHandler,
  type EventType,
  emit,
  eventType,
  type Outbox,
  outboxMigrations,
} from './events/outbox.ts';
export { decodeCursor, encodeCursor } from './http/cursor.ts';
export { contractOperations } from './http/operations.ts';
export { type Handler, type RouteBinding, type RouteInput, route } from './http/route.ts';
export { createHttpServer } from './http/server.ts';
export { createJobs, type JobHandler, type JobPolicy, type JobQueue, type Jobs } from './jobs/jobs.ts';
export { lockDataFolder } from './lock/data-lock.ts';
export { lockAfterOther } from './lock/lock-after-other.ts';
export { createLogger, type Logger, type LogLevel, silentLogger } from './log/log.ts';
export { createMetrics, type Metrics } from './metrics/metrics.ts';
export { createHealth } from './module/health.ts';
export type { Room } from './module/room.ts';
export { openPack, type Pack } from './pack/pack.ts';
export { columnName } from './records/column-name.ts';
export type { TextLine } from './records/csv.ts';
export { ENCODINGS, type Encoding, LineDecoder, shownLine } from './records/encoding.ts';
export { type LinePlace, MAX_LINE_BYTES, type RawLine, splitLines } from './records/lines.ts';
export { foreignFile, type Packing, packingOf, unpacked } from './records/packed.ts';
export { type Reject, reject, WHOLE_LINE } from './records/reject.ts';
export {
  type CallRecordShape,
  ColumnRows,
  cellsOf,
  type FileRecord,
  headerCells,
  isReject,
  JsonRows,
  PositionRows,
  type Read,
  type RowReader,
  readJsonRow,
} from './records/rows.ts';
export { createTimeReader, isTimeZone } from './records/zoned-time.ts';
export { collectRarely } from './runtime/heap.ts';
export { compileSchema, type SchemaValidator } from './schema/validator.ts';
export { openVault, type Vault } from './vault/vault.ts';
export { errorOf, failureOf } from './wire/failure.ts';
export { connectWire, type WireClient, WireLost } from './wire/wire-client.ts';
export { serveWire } from './wire/wire-server.ts';
