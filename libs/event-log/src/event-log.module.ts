import { EVENT_TYPES, NOTIFICATIONS } from '@chargelog/catalogue';
import { GATEWAY_CONFIG, type GatewayConfig } from '@chargelog/config';
import { EVENT_READER } from '@chargelog/pipeline';
import { LOGGER, type Log } from '@chargelog/telemetry';
import { Global, Module } from '@nestjs/common';
import { PgEventWriters } from './append/pg-event-writers.js';
import { storeUndatedWindows } from './append/undated-windows.js';
import { Database } from './database/database.js';
import { DatabaseProbe } from './database/database-probe.js';
import { PG_CONNECTION, type PgConnection } from './database/pg-connection.js';
import { Dictionaries } from './names/dictionaries.js';
import { PgEventReader } from './read/pg-event-reader.js';

/** The event log in Postgres: who writes it, who reads it, and the names both share. */
@Global()
@Module({
  providers: [
    {
      provide: Dictionaries,
      inject: [Database, GATEWAY_CONFIG],
      useFactory: async ({ pool, dataSource }: Database, config: GatewayConfig): Promise<Dictionaries> => {
        const names = new Dictionaries(pool);
        await Promise.all([
          names.types.ensure(EVENT_TYPES),
          names.notifications.ensure(NOTIFICATIONS.map(({ name }) => name)),
        ]);
        await storeUndatedWindows(
          dataSource,
          config.undatedWindowMs,
          new Map(Object.entries(config.undatedWindowMsByNotification)),
        );
        return names;
      },
    },
    {
      provide: EVENT_READER,
      inject: [Database, Dictionaries, DatabaseProbe],
      useFactory: (database: Database, names: Dictionaries, probe: DatabaseProbe) =>
        new PgEventReader(database, names, probe),
    },
    {
      provide: PgEventWriters,
      inject: [PG_CONNECTION, Dictionaries, LOGGER],
      useFactory: (connection: PgConnection, names: Dictionaries, log: Log) =>
        new PgEventWriters(connection, names, log),
    },
  ],
  exports: [Dictionaries, EVENT_READER, PgEventWriters],
})
export class EventLogModule {}
