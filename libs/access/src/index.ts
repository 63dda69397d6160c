export { AccessGuard } from './access.guard.js';
export { isOpen, Open, RequireScope, scopeOf } from './route-access.js';
export { AdminKey, generateKey } from './admin-key.js';
export { CurrentCaller, maySeeTenant, withinTenantsOf, type Caller } from './caller.js';
export { FailureBrake } from './failure-brake.js';
export { KeyDesk } from './key-desk.js';
export { KeyDirectory } from './key-directory.js';
export { fingerprintOf } from './secrets/fingerprint.js';
export { KeyRotation, type RotationResult } from './secrets/key-rotation.js';
export { Keyring } from './secrets/keyring.js';
export type { PlainSecret } from './secrets/secrets-in-use.js';
export {
  SourceSecrets,
  type ConfiguredSource,
  type ListedSecret,
  type ListedSource,
  type SecretSink,
} from './secrets/source-secrets.js';
export type { Scope } from '@chargelog/pipeline';
