export { AccessGuard } from './access.guard.js';
export { AdminKey, generateKey } from './admin-key.js';
export { CreateKey } from './create-key.body.js';
export { KeyDesk } from './key-desk.js';
export { KeyDirectory } from './key-directory.js';
export { type ActiveKey, type ApiKey, KeyStore, type NewApiKey } from './key.store.js';
export { KeysController } from './keys.controller.js';
export { KEY_SCHEMAS, KEYS } from './keys.openapi.js';
