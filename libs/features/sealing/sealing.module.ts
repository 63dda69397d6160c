import { GATEWAY_CONFIG } from '@chargelog/config';
import { AuditLog, AuditModule } from '@chargelog/features/audit';
import { Global, Module } from '@nestjs/common';
import { KeyRotation } from './key-rotation.js';
import type { Keyring } from './keyring.js';
import { openKeyring } from './open-keyring.js';
import { SealingController } from './sealing.controller.js';

/** Token of the {@link Keyring}; undefined where there is no key. */
export const KEYRING = Symbol('Keyring');

/** The key that seals secrets and rejections, on every role. */
@Global()
@Module({
  providers: [{ provide: KEYRING, inject: [GATEWAY_CONFIG], useFactory: openKeyring }],
  exports: [KEYRING],
})
export class KeyringModule {}

/** Its rotation. Features that store ciphertexts import it to have theirs sealed again. */
@Module({
  imports: [AuditModule],
  controllers: [SealingController],
  providers: [
    {
      provide: KeyRotation,
      inject: [KEYRING, AuditLog],
      useFactory: (keyring: Keyring | undefined, audit: AuditLog) => new KeyRotation(keyring, audit),
    },
  ],
  exports: [KeyRotation],
})
export class SealingModule {}
