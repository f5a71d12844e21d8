export { type TestClock, testClock } from './clock.ts';
export { testContext } from './context.ts';
export { type TestDatabase, testDatabase } from './database.ts';
export { peer } from './peer.ts';
