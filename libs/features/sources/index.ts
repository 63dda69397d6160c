export type { PlainSecret } from './secrets/secrets-in-use.js';
export { type SecretSink, SourceSecrets } from './secrets/source-secrets.js';
export { registerSources, type SourceDeclaration } from './register-sources.js';
export { type NewSourceSecret, type SourceSecret, SourceSecretStore } from './source-secret.store.js';
export { type SecretOrigin, SourceEntity, TenantEntity, toSource } from './source.entity.js';
export { SourcesController } from './sources.controller.js';
export { sealedSecrets } from './secrets/sealed-secret.js';
export { declarations, type KafkaSource, SourceRegistry } from './source-registry.js';
export { SourcesApiModule, SourcesModule } from './sources.module.js';
