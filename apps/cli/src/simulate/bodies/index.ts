export * from './charge-point.js';
export * from './estate.js';
export * from './money.js';
export * from './people.js';
export * from './session.js';
