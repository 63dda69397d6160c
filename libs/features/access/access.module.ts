import { GATEWAY_CONFIG, type GatewayConfig } from '@chargelog/config';
import { Database } from '@chargelog/event-log';
import { CREDENTIALS, type Credentials } from '@chargelog/features/process';
import { Global, Module } from '@nestjs/common';
import { AccessGuard } from './access.guard.js';
import { AdminKey } from './admin-key.js';
import { KeyDirectory } from './key-directory.js';
import { KeyService } from './key.service.js';
import { KeysController } from './keys.controller.js';
import { KeyStore } from './key.store.js';

/** Who may call. The guard stands before every route of every role. */
@Global()
@Module({
  providers: [
    {
      provide: KeyStore,
      inject: [Database],
      useFactory: ({ dataSource }: Database) => new KeyStore(dataSource),
    },
    {
      provide: KeyDirectory,
      inject: [KeyStore],
      useFactory: (store: KeyStore) => new KeyDirectory(store),
    },
    {
      provide: AccessGuard,
      inject: [GATEWAY_CONFIG, CREDENTIALS, KeyDirectory],
      useFactory: (
        config: GatewayConfig,
        credentials: Credentials | undefined,
        directory: KeyDirectory,
      ): AccessGuard => {
        const key = config.adminKey?.reveal() ?? credentials?.adminKey;
        return new AccessGuard(key === undefined ? undefined : new AdminKey(key), directory);
      },
    },
  ],
  exports: [AccessGuard, KeyStore, KeyDirectory],
})
export class AccessModule {}

/** API keys, for people. */
@Module({
  controllers: [KeysController],
  providers: [
    {
      provide: KeyService,
      inject: [KeyStore, KeyDirectory],
      useFactory: (store: KeyStore, directory: KeyDirectory) => new KeyService(store, directory),
    },
  ],
})
export class AccessApiModule {}
