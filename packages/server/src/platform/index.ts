export { type Clock, monotonicMicros, systemClock } from './clock/clock.ts';
export { type Actor, type Context, PUBLIC_ACTOR, SYSTEM_ACTOR } from './context/context.ts';
export { type Database, tables } from './db/database.ts';
export { AppError } from './errors/app-error.ts';
export { type Handler, type RouteBinding, type RouteInput, route } from './http/route.ts';
export type { Logger } from './log/log.ts';
export type { Room } from './module/room.ts';
export { openPack, type Pack } from './pack/pack.ts';
export { compileSchema, type SchemaValidator } from './schema/validator.ts';
