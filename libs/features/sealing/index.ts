export { Keyring, type Sealed } from './keyring.js';
export { KeyRotation, type SealedRows } from './key-rotation.js';
export { SealingController } from './sealing.controller.js';
