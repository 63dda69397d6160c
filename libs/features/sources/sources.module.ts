import { GATEWAY_CONFIG, type GatewayConfig } from '@chargelog/config';
import { Database } from '@chargelog/event-log';
import { CREDENTIALS, type Credentials } from '@chargelog/features/access';
import { PartsClosing } from '@chargelog/features/process';
import { KEYRING, KeyRotation, SealingModule, type Keyring } from '@chargelog/features/sealing';
import { LOGGER, type Log } from '@chargelog/telemetry';
import { WebhookSources } from '@chargelog/webhook';
import { Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { SourceSecretStore } from './source-secret.store.js';
import { registerSources } from './register-sources.js';
import { sealedSecrets } from './secrets/sealed-secret.js';
import { SourceSecrets } from './secrets/source-secrets.js';
import { declarations, SourceRegistry } from './source-registry.js';
import { SourcesController } from './sources.controller.js';

/** The sources of this instance and the secrets that verify them, on every role: intake, doctor and readmission share them. */
@Global()
@Module({
  providers: [
    {
      provide: SourceRegistry,
      inject: [Database, GATEWAY_CONFIG, CREDENTIALS],
      useFactory: async (
        { dataSource }: Database,
        config: GatewayConfig,
        credentials: Credentials | undefined,
      ): Promise<SourceRegistry> =>
        new SourceRegistry(await registerSources(dataSource, declarations(config)), config, credentials),
    },
    { provide: WebhookSources, useExisting: SourceRegistry },
    {
      provide: SourceSecretStore,
      inject: [Database],
      useFactory: ({ dataSource }: Database) => new SourceSecretStore(dataSource),
    },
    {
      provide: SourceSecrets,
      inject: [SourceSecretStore, KEYRING, SourceRegistry, LOGGER],
      useFactory: (
        store: SourceSecretStore,
        keyring: Keyring | undefined,
        registry: SourceRegistry,
        log: Log,
      ) => new SourceSecrets({ store, keyring, configured: registry.configured, sink: registry, log }),
    },
  ],
  exports: [SourceRegistry, WebhookSources, SourceSecretStore, SourceSecrets],
})
export class SourcesModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly secrets: SourceSecrets,
    private readonly closing: PartsClosing,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.secrets.copyIn();
    await this.secrets.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.closing.close(() => this.secrets.close());
  }
}

@Module({ imports: [SealingModule], controllers: [SourcesController] })
export class SourcesApiModule {
  constructor(rotation: KeyRotation, store: SourceSecretStore) {
    rotation.cover(sealedSecrets(store));
  }
}
