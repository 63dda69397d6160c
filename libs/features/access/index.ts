export { AccessGuard } from './access.guard.js';
export { AdminKey } from './admin-key.js';
export { CreateKey } from './keys.dto.js';
export { KeyService } from './key.service.js';
export { KeyDirectory } from './key-directory.js';
export { type ActiveKey, type ApiKey, KeyStore, type NewApiKey } from './key.store.js';
export { KeysController } from './keys.controller.js';
export { AccessApiModule, AccessModule } from './access.module.js';
