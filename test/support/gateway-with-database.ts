import { GatewayProcess, type GatewayOptions } from './gateway-process.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { WEBHOOK_YAML } from './webhook-yaml.js';

/** A gateway on a database of its own, which `close` drops; with the source of `WEBHOOK_YAML` unless told otherwise. */
export class GatewayWithDatabase extends GatewayProcess {
  private constructor(
    readonly db: TestDatabase,
    options: GatewayOptions,
  ) {
    super({ yaml: WEBHOOK_YAML, ...options, database: db.connection });
  }

  static override async start(options: Omit<GatewayOptions, 'database'> = {}): Promise<GatewayWithDatabase> {
    const gateway = new GatewayWithDatabase(await createTestDatabase(), options);
    try {
      await gateway.begin();
      return gateway;
    } catch (error) {
      await gateway.close();
      throw error;
    }
  }

  override async close(): Promise<void> {
    await super.close();
    await this.db.drop();
  }
}
