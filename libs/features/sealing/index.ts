export { KeyRotation, type SealedRows } from './key-rotation.js';
export { Keyring, type Sealed } from './keyring.js';
export { SealingController } from './sealing.controller.js';
export { KEYRING, KeyringModule, SealingModule } from './sealing.module.js';
