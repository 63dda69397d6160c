export * from './delivery-key.js';
export * from './undated-stamp.js';
export * from './uuid.js';
export { instantOfEventId, mintEventId } from './v1/event-id.js';
export { identify, SCHEME, type Identity, type IdentifyInput } from './v1/identify.js';
export { parseInstant } from './v1/instant.js';
export { isCountedTime, ownTime, ownTimePath, unsetClockPaths } from './v1/own-time.js';
